// Sending a file to this node: a folder of pictures is packed, a wallet signs where it has to, and the page shows how far it is.

import { chosen, explain, ready } from "./provider.js";
import { pack } from "./pack.js";

const chain = () => "0x" + BigInt(document.getElementById("word").dataset.chain).toString(16);

for (const part of document.querySelectorAll("[data-scripted]")) part.hidden = false;

for (const form of document.querySelectorAll("form[data-file]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.ariaBusy || form.ariaBusy === "false") run(form);
  });
}

async function run(form) {
  const word = form.querySelector(".act-word");
  const say = (text, tone = "") => {
    word.textContent = text;
    word.className = `act-word ${tone}`;
  };
  const progress = form.querySelector("progress");
  const button = form.querySelector("button[type=submit]");
  form.querySelector("[role=alert]")?.remove();
  form.ariaBusy = "true";
  button.disabled = true;
  try {
    const body = await bodyOf(form, say);
    const headers = { Accept: "application/json" };
    if (body.has("__RequestVerificationToken")) headers.RequestVerificationToken = body.get("__RequestVerificationToken");
    else if (form.dataset.sign) headers.Authorization = await sign(form, say);
    say("Sending…");
    const answer = await send(form.dataset.file, body, headers, (part) => {
      progress.hidden = part >= 1;
      progress.value = part;
      if (part >= 1) say("This node looks at it…");
    });
    location.assign(form.dataset.next + encodeURIComponent(answer[form.dataset.key ?? "file"]));
  } catch (fault) {
    say(explain(fault), "bad");
  } finally {
    form.ariaBusy = "false";
    button.disabled = false;
    progress.hidden = true;
  }
}

async function bodyOf(form, say) {
  const body = new FormData(form);
  const folder = form.querySelector("[data-folder]");
  if (folder?.files.length > 0) body.set("file", await pack([...folder.files], say), "pictures.zip");
  if (form.dataset.account) body.set("account", form.dataset.account);
  if (!form.querySelector("[name=file]")) return body;
  const file = body.get("file");
  if (!file?.size) throw new Error("Choose a file first, or a folder of pictures.");
  if (file.size > Number(form.dataset.max))
    throw new Error(`That is ${Math.ceil(file.size / 2 ** 20)} MB; a page takes ${form.dataset.max / 2 ** 20} MB. `
      + "The command line takes larger files.");
  return body;
}

/** What lets this one request through, once: signed as an upload. */
async function sign(form, say) {
  const wallet = chosen();
  if (!wallet) throw new Error("No wallet has come forward. Open the account page to choose one.");
  const account = form.dataset.account;
  const asked = await fetch(`/api/v1/uploads/pass?path=${encodeURIComponent(form.dataset.file)}`, { cache: "no-store" });
  const { typedData, at, nonce, detail } = await asked.json();
  if (!asked.ok) throw new Error(detail ?? `The node answered ${asked.status}.`);
  await ready(wallet, account, chain());
  say("Sign in the wallet that you send this file. It costs nothing.");
  const signature = await wallet.provider.request({ method: "eth_signTypedData_v4", params: [account, JSON.stringify(typedData)] });
  return `DataBright at=${at},nonce=${nonce},signature=${signature}`;
}

/** Not fetch, which does not say how much has been sent. */
function send(path, body, headers, report) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => report(event.loaded / event.total);
    request.upload.onload = () => report(1);
    request.onerror = () => fail(new Error("The node does not answer. Try again."));
    request.onload = () => {
      const said = request.response ?? {};
      if (request.status >= 200 && request.status < 300) done(said);
      else fail(new Error(said.detail ?? said.title ?? `The node answered ${request.status}.`));
    };
    request.send(body);
  });
}
