for (const element of document.querySelectorAll(".math")) {
  const latex = element.textContent;
  const display = element.classList.contains("display");
  const tall = element.closest(".steps") ? "\\displaystyle " : "";
  katex.render(tall + latex, element, { displayMode: display, throwOnError: false, trust: false, strict: "ignore" });
}
document.documentElement.dataset.drawn = "yes";
