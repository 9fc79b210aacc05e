// Dashboards set no formulas: this stands where Voilà would fetch MathJax from elsewhere.
