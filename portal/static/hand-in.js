"use strict";
// The hand-in form: files leave as soon as they are chosen, piece by piece, and go on where they
// stopped when the line drops; what is typed is saved by itself. Without this script the same form
// does the same with its buttons.
(() => {
  const PIECE = 1024 * 1024;
  const PATIENCE = [1, 2, 5, 10, 20, 30]; // seconds between attempts
  const QUIET = 1500; // milliseconds without typing before a draft is saved

  const form = document.getElementById("hand-in");
  if (!form) return;
  const said = form.dataset;
  const path = `/unit/obligations/${said.handIn}`;
  const token = document.querySelector('meta[name="form-token"]').content;
  const status = document.getElementById("status");
  const headers = { "X-Form-Token": token, Accept: "application/json" };
  let sending = 0;

  const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

  const saying = async (answer) => {
    try { return (await answer.json()).said || said.failed; } catch (error) { return said.failed; }
  };

  const pause = (attempt) => wait(PATIENCE[Math.min(attempt, PATIENCE.length - 1)]);

  // Nothing where the line dropped, or the server cannot take it now, which `trouble` says: 4xx is
  // final, all else is worth another try.
  let trouble = said.again;
  const once = async (address, options) => {
    trouble = said.again;
    try {
      const answer = await fetch(address, { ...options, headers: { ...headers, ...options.headers } });
      if (answer.status < 500) return answer;
      trouble = await saying(answer);
    } catch (error) { /* the line dropped */ }
    return null;
  };

  const ask = async (address, options, onDrop) => {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await once(address, options);
      if (answer) return answer;
      onDrop();
      await pause(attempt);
    }
  };

  const send = async (part, file) => {
    const line = document.createElement("li");
    const text = document.createElement("span");
    const bar = document.createElement("progress");
    bar.max = Math.max(file.size, 1);
    bar.value = 0;
    const name = file.name.length > 80 ? `${file.name.slice(0, 79)}…` : file.name;
    text.textContent = `${said.sending}: ${name}`;
    bar.setAttribute("aria-label", name);
    line.append(text, bar);
    part.querySelector(".sending").append(line);
    const dropped = () => { text.textContent = `${trouble}: ${name}`; };
    const fail = async (answer) => {
      const why = await saying(answer);
      text.textContent = why.includes(file.name.slice(0, 60)) ? why : `${name}: ${why}`;
      text.className = "error";
      bar.remove();
    };
    const body = new URLSearchParams({
      component: part.dataset.part, name: file.name, size: file.size, modified: file.lastModified,
    });
    let answer = await ask(`${path}/uploads`, { method: "POST", body }, dropped);
    if (!answer.ok) return fail(answer);
    let state = await answer.json();
    let drops = 0;
    while (!state.whole) {
      bar.value = state.received;
      const piece = file.slice(state.received, state.received + PIECE);
      const where = `${path}/uploads/${state.key}`;
      answer = await once(`${where}?offset=${state.received}`, { method: "PUT", body: piece });
      if (answer) drops = 0;
      else {
        // some of the piece may have arrived, or all of it without its answer: ask before sending more
        dropped();
        await pause(drops);
        drops += 1;
        answer = await ask(where, {}, dropped);
      }
      if (!answer.ok && answer.status !== 409) return fail(answer);
      const next = await answer.json();
      if (next.said !== undefined) { text.textContent = `${name}: ${next.said}`; await wait(5); }
      else state = next;
      text.textContent = `${said.sending}: ${name}`;
    }
    line.remove();
    return show(part);
  };

  const show = async (part) => {
    const code = part.dataset.part;
    const answer = await ask(`${path}/components/${code}`, { headers: { Accept: "text/html" } }, () => {});
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    part.querySelector(".files").replaceWith(fresh.querySelector(".files"));
  };

  const sendAll = async (part, files) => {
    form.setAttribute("aria-busy", "true");
    for (const file of files) {
      sending += 1;
      try { await send(part, file); } finally { sending -= 1; }
    }
    if (sending) return;
    status.textContent = "";
    form.setAttribute("aria-busy", "false");
  };

  for (const part of form.querySelectorAll("[data-part]")) {
    const input = part.querySelector("input[type=file]");
    const chosen = () => {
      const files = [...input.files];
      input.value = "";
      sendAll(part, files);
    };
    input.addEventListener("change", chosen);
    if (input.files.length) chosen(); // while this script was still on its way
    part.addEventListener("dragover", (event) => { event.preventDefault(); part.classList.add("over"); });
    part.addEventListener("dragleave", () => part.classList.remove("over"));
    part.addEventListener("drop", (event) => {
      event.preventDefault();
      part.classList.remove("over");
      sendAll(part, [...event.dataTransfer.files]);
    });
  }

  let timer = 0;
  let saving = Promise.resolve();
  const draft = () => {
    const body = new FormData(form);
    for (const name of [...body.keys()]) if (name.startsWith("file:")) body.delete(name);
    body.set("do", "save");
    return body;
  };
  const save = async () => {
    const answer = await ask(path, { method: "POST", body: draft() }, () => { status.textContent = trouble; });
    if (!answer.ok) { status.textContent = await saying(answer); return; }
    form.elements.revision.value = (await answer.json()).revision;
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    status.textContent = `${said.saved}, ${time}`;
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; saving = saving.then(save); }, QUIET);
  };
  form.addEventListener("input", (event) => { if (event.target.type !== "file") soon(); });
  const typed = (field) => {
    if (field.options) {
      const first = [...field.options].findIndex((each) => each.defaultSelected);
      return field.selectedIndex !== Math.max(first, 0);
    }
    return field.checked !== field.defaultChecked || field.value !== field.defaultValue;
  };
  const fields = [...form.querySelectorAll("input:not([type=file]), textarea, select")];
  if (fields.some(typed)) soon(); // while this script was still on its way
  let leaving = false;
  form.addEventListener("submit", async (event) => {
    if (leaving) return;
    if (sending) {
      event.preventDefault();
      status.textContent = said.waiting;
      return;
    }
    clearTimeout(timer);
    event.preventDefault();
    const button = event.submitter;
    await saving; // the revision it may have raised belongs into the form
    await wait(0); // a form is deaf until its first submit event is over
    leaving = true;
    form.requestSubmit(button);
  });
  addEventListener("pagehide", () => {
    if (!timer || leaving) return;
    clearTimeout(timer);
    timer = 0;
    fetch(path, { method: "POST", body: draft(), headers, keepalive: true }).catch(() => {});
  });
  addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });
})();
