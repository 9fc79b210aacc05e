// Before anything is painted: the theme that was chosen here, or the system's.
(() => {
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem("aurelius-theme") || "system"; } catch { return "system"; } };
  const show = () => {
    const theme = chosen();
    root.dataset.chosen = theme;
    root.dataset.theme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
    window.dispatchEvent(new CustomEvent("aurelius:theme", { detail: root.dataset.theme }));
  };
  window.aureliusTheme = (theme) => { try { localStorage.setItem("aurelius-theme", theme); } catch {} show(); };
  dark.addEventListener("change", show);
  show();
})();
