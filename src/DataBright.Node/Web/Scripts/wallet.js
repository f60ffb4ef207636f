// Acting with a wallet: the node says what to sign, the wallet shows and signs it, the page tells what came of it.
// Nothing of a stranger is ever put into the page as markup.

import { chosen, connect, explain, onWallet, ready, receipt, wallets } from "./provider.js";
import { open, seal } from "./ballot.js";

const busy = new WeakSet();
const chain = () => document.getElementById("word").dataset.chain;

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-wallet]");
  if (!form) return;
  event.preventDefault();
  if (!busy.has(form)) act(form, event.submitter);
});

async function act(form, button) {
  const say = (text, tone = "") => tell(form.querySelector(".act-word"), text, tone);
  const buttons = [...form.querySelectorAll("button")];
  busy.add(form);
  for (const one of buttons) one.disabled = true;
  try {
    const wallet = chosen();
    if (!wallet) throw new Error("No wallet has come forward. Open the account page to choose one.");
    // Not form.dataset: a field of that name, as some forms have, would stand in its way.
    const account = form.getAttribute("data-wallet");
    say("Preparing…");
    const deed = await prepare(form.getAttribute("data-act"), await fieldsOf(form, button, account), account);
    await ready(wallet, account, deed.chainId);
    const last = deed.message ? await sign(wallet, deed, say) : await send(wallet, deed, say);
    if (last) {
      say("In a block; waiting for this node to read it…");
      await read(Number(last.blockNumber));
    }
    await refresh();
    tell(document.getElementById("word"), deed.says, "good", last?.transactionHash);
  } catch (fault) {
    say(explain(fault), "bad");
  } finally {
    busy.delete(form);
    for (const one of buttons) one.disabled = false;
  }
}

async function fieldsOf(form, button, account) {
  const fields = Object.fromEntries([...new FormData(form, button)].filter(([, value]) => typeof value === "string"));
  delete fields.from;
  const action = form.getAttribute("data-act");
  if (action === "commit-vote") return seal(chain(), fields, account);
  if (action === "reveal-vote") return open(chain(), fields, account);
  return fields;
}

const prepare = (action, fields, account) => post(`/api/v1/actions/${action}`, { ...fields, account });

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail ?? said.title ?? `The node answered ${answer.status}.`);
  return said;
}

/** A message costs nothing and goes to this node alone, which may carry it to the ledger. */
async function sign(wallet, { from, message }, say) {
  say(`${message.says} in the wallet.`);
  const signature = await wallet.provider.request({ method: "eth_signTypedData_v4", params: [from, JSON.stringify(message.typedData)] });
  const { transaction, block } = await post(message.to, { ...message.body, signature });
  return transaction && { transactionHash: transaction, blockNumber: block };
}

async function send(wallet, deed, say) {
  let last;
  const refused = [];
  for (const [i, step] of deed.steps.entries()) {
    const count = deed.steps.length > 1 ? ` (${i + 1} of ${deed.steps.length})` : "";
    say(`${step.says}${count}: confirm it in the wallet.`);
    const hash = await wallet.provider.request({
      method: "eth_sendTransaction",
      params: [{ from: deed.from, to: step.to, data: step.data, value: step.value }],
    });
    say(`${step.says}${count}: sent, waiting for a block…`);
    last = await receipt(wallet, hash);
    if (BigInt(last.status) === 1n) continue;
    if (deed.eachForItself) {
      if (!step.prepares) refused.push(step.says);
    }
    else throw new Error(`The chain took the transaction ${hash} and refused what it asks. `
      + "Something has changed meanwhile: load the page again.");
  }
  if (refused.length > 0) throw new Error(`Not all of it was done. The chain refused: ${refused.join("; ")}. Load the page again.`);
  return last;
}

/** The index follows the chain a moment behind. */
async function read(block) {
  for (let i = 0; i < 40; i++) {
    const state = await (await fetch("/api/v1/ledger", { cache: "no-store" })).json();
    if (state.indexed >= block) return;
    await new Promise((done) => setTimeout(done, 150));
  }
}

/** The page's content as it is now; without htmx the page as a whole. */
async function refresh() {
  if (!window.htmx) return location.reload();
  await window.htmx.ajax("GET", location.pathname + location.search, { target: "#content", select: "#content", swap: "outerHTML" });
}

function tell(place, text, tone, hash) {
  if (!place) return;
  const line = place.matches("p") ? place : document.createElement("p");
  line.textContent = text;
  line.classList.remove("good", "bad");
  if (tone) line.classList.add(tone);
  if (hash) {
    const short = `${hash.slice(0, 10)}…${hash.slice(-6)}`;
    const code = Object.assign(document.createElement("code"), { className: "hash", textContent: short, title: hash });
    const note = Object.assign(document.createElement("span"), { className: "small", textContent: " Transaction " });
    note.append(code);
    line.append(note);
  }
  if (line !== place) place.replaceChildren(line);
}

// The account page: one button for each wallet.

function offer() {
  const list = document.querySelector("[data-wallets]");
  if (!list) return;
  const found = wallets();
  document.querySelector("[data-wallets-none]").hidden = found.length > 0;
  list.replaceChildren(...found.map((wallet) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: `Connect ${wallet.name}` });
    button.addEventListener("click", async () => {
      const word = document.querySelector("[data-wallets-word]");
      try {
        const account = await connect(wallet);
        const from = list.dataset.from;
        location.assign(from === "/account" ? `/portfolio/${account}` : from);
      } catch (fault) {
        tell(word, explain(fault), "bad");
      }
    });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
}

onWallet(offer);
offer();
