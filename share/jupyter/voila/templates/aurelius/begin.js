// Voilà's scripts arrive while the page is still being sent; they begin as soon as it is known which kernel is the page's.
(() => {
  let know;
  const known = new Promise((resolve) => { know = resolve; });
  const begin = (main) => known.then(main).then(() => window.dispatchEvent(new Event("aurelius:begun")));
  window.aurelius = { begin, know, told: new Set(), isDrawn: () => false };
})();
