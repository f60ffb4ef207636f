// Wallets of this browser: found by EIP-6963, which each announces itself by, or by EIP-1193's window.ethereum where none does.

const announced = new Map();
const listeners = new Set();

addEventListener("eip6963:announceProvider", (event) => {
  const { info, provider } = event.detail ?? {};
  if (!info?.uuid || typeof provider?.request !== "function") return;
  announced.set(info.uuid, { id: String(info.rdns ?? info.uuid), name: String(info.name ?? "Wallet").slice(0, 60), provider });
  for (const listener of listeners) listener();
});
dispatchEvent(new Event("eip6963:requestProvider"));

export function wallets() {
  if (announced.size > 0) return [...announced.values()];
  return window.ethereum ? [{ id: "window.ethereum", name: "Browser wallet", provider: window.ethereum }] : [];
}

export function onWallet(listener) {
  listeners.add(listener);
}

/** The one that was connected last, or the only one there is. */
export function chosen() {
  const all = wallets();
  const id = localStorage.getItem("databright.wallet");
  return all.find((wallet) => wallet.id === id) ?? (all.length === 1 ? all[0] : undefined);
}

export async function connect(wallet) {
  const [account] = await wallet.provider.request({ method: "eth_requestAccounts" });
  if (!/^0x[0-9a-fA-F]{40}$/.test(account ?? "")) throw new Error("The wallet gave no account.");
  localStorage.setItem("databright.wallet", wallet.id);
  // It proves nothing and opens nothing: it only says whose facts the pages show.
  document.cookie = `account=${account}; path=/; max-age=31536000; samesite=strict`;
  return account;
}

/** Makes sure that the wallet is on the chain and holds the account; asks it to where it is not. */
export async function ready(wallet, account, chainId) {
  const accounts = await wallet.provider.request({ method: "eth_requestAccounts" });
  if (!accounts.some((one) => one.toLowerCase() === account.toLowerCase()))
    throw new Error(`The wallet offers other accounts than ${account}, which this page is about. `
      + "Choose that one in the wallet, or connect again.");
  if (BigInt(await wallet.provider.request({ method: "eth_chainId" })) === BigInt(chainId)) return;
  try {
    await wallet.provider.request({ method: "wallet_switchEthereumChain", params: [{ chainId }] });
  } catch (refusal) {
    if (refusal?.code === 4902)
      throw new Error(`The wallet does not know chain ${BigInt(chainId)}, on which this market is. Add it there, then try again.`);
    throw refusal;
  }
}

/** Waits until a transaction is in a block. */
export async function receipt(wallet, hash, pause = 400) {
  for (;;) {
    const found = await wallet.provider.request({ method: "eth_getTransactionReceipt", params: [hash] });
    if (found) return found;
    await new Promise((done) => setTimeout(done, pause));
    pause = Math.min(pause * 1.5, 4000);
  }
}

/** One sentence for a person. */
export function explain(fault) {
  if (fault?.code === 4001) return "You declined in the wallet; nothing more was sent.";
  if (fault?.code === -32002) return "The wallet waits for you already: open it and answer there.";
  return String(fault?.data?.message ?? fault?.message ?? fault).slice(0, 400);
}
