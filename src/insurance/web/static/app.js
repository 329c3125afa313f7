/* Small helps that pages work without: picking rows, keys, selects that submit, copying. Listeners are delegated, so swapped blocks need no setup. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const KEYS = "single-keys";
  const keysOn = () => localStorage.getItem(KEYS) !== "off";
  const yuan = (fen) => (fen / 100).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

  /* Picked rows: count, sums and the head box of one form; boxes may stand outside it and name it (form="…"), and so may its bar. */
  function tally(form) {
    const boxes = [...form.elements].filter((box) => box.matches("[data-pick]"));
    const outside = form.id ? document.querySelector(`[data-pick-none][form="${form.id}"]`)?.closest("[data-bulk]") : null;
    const picked = boxes.filter((box) => box.checked);
    form.classList.toggle("some", picked.length > 0);
    outside?.classList.toggle("some", picked.length > 0);
    boxes.forEach((box) => box.closest("tr")?.classList.toggle("sel", box.checked));
    const bar = outside || form;
    bar.querySelectorAll("[data-left]").forEach((el) => {
      el.textContent = yuan(Number(el.dataset.left) - picked.reduce((sum, box) => sum + Number(box.dataset.sumBooks || 0), 0));
    });
    bar.querySelectorAll("[data-bulk-count]").forEach((el) => (el.textContent = picked.length));
    form.querySelectorAll("[data-total]").forEach((el) => {
      const key = `data-sum-${el.dataset.total}`;
      el.textContent = yuan(picked.reduce((sum, box) => sum + Number(box.getAttribute(key) || 0), 0));
    });
    form.querySelectorAll("[data-pick-all]").forEach((head) => {
      head.checked = boxes.length > 0 && picked.length === boxes.length;
      head.indeterminate = picked.length > 0 && picked.length < boxes.length;
    });
  }

  function ready(part) {
    const forms = part.matches?.("form[data-picks]") ? [part] : part.querySelectorAll("form[data-picks]");
    forms.forEach(tally);
    part.closest?.("form[data-picks]") && tally(part.closest("form[data-picks]"));
    part.querySelector("[data-focus]")?.focus();
    part.querySelectorAll("[data-keys-switch]").forEach(label);
  }

  const label = (button) => (button.textContent = keysOn() ? button.dataset.off : button.dataset.on);

  document.addEventListener("change", ({ target }) => {
    const form = target.form?.matches("[data-picks]") ? target.form : null;
    if (target.matches("[data-pick-all]")) [...form.elements].forEach((box) => box.matches("[data-pick]") && (box.checked = target.checked));
    if (form && target.matches("[data-pick], [data-pick-all]")) tally(form);
    if (target.matches("select[data-auto]")) target.form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    const open = document.querySelector("details.menu[open]");
    if (open && !open.contains(event.target)) open.open = false;
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-pick-none]")) {
      [...button.form.elements].forEach((box) => box.matches("[data-pick]") && (box.checked = false));
      tally(button.form);
    }
    if (button.matches("[data-copy]")) {
      navigator.clipboard?.writeText(document.querySelector(button.dataset.copy).textContent.trim());
      button.textContent = document.body.dataset.copied;
    }
    if (button.matches("[data-print]")) window.print();
    if (button.matches("[data-keys-switch]")) {
      localStorage.setItem(KEYS, keysOn() ? "off" : "on");
      label(button);
    }
  });

  /* J and K walk the rows of a table[data-keys], Enter opens; "/" goes to the search field. Off in fields, and by the account menu. */
  function walk(table, step) {
    const links = [...table.querySelectorAll("tbody tr a.t1")];
    const at = links.indexOf(document.activeElement);
    links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => (menu.open = false));
    if (event.ctrlKey || event.metaKey || event.altKey || !keysOn()) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const table = document.querySelector("table[data-keys]");
    if (event.key === "/") {
      const search = document.getElementById("search");
      if (search) event.preventDefault(), search.focus();
    } else if (table && (event.key === "j" || event.key === "k")) walk(table, event.key === "j" ? 1 : -1);
  });

  /* A form with files shows how far they have come; without script the browser sends it by itself. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const files = form.querySelector("input[type=file]")?.files;
    if (!form.matches("form[data-progress]") || !files?.length) return;
    event.preventDefault();
    const line = form.querySelector("[data-progress-bar]");
    const [bar, said] = line.children;
    const button = form.querySelector("[type=submit]");
    const request = new XMLHttpRequest();
    line.hidden = false;
    button.disabled = true;
    request.upload.onprogress = ({ loaded, total }) => {
      bar.value = (100 * loaded) / total;
      said.textContent = line.dataset.said.replace("{n}", files.length).replace("{p}", Math.floor(bar.value));
    };
    request.onload = () => {
      if (request.status < 300) return location.replace(request.responseURL);
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main") ?? page.body);
      const main = document.querySelector("main") ?? document.body;
      window.htmx?.process(main);
      ready(main);
      document.querySelector("[aria-invalid], .note")?.scrollIntoView({ block: "center" });
    };
    request.onerror = () => {
      button.disabled = false;
      said.textContent = line.dataset.failed;
    };
    request.open("POST", form.action);
    request.setRequestHeader("accept", "text/html");
    request.send(new FormData(form));
  });

  document.addEventListener("htmx:load", (event) => ready(event.detail.elt));
  ready(document);
})();
