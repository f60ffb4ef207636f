// A shielded vote is 128 bytes, hashed: proposal, voter, choice and a salt that stays in this browser until the vote is revealed.

const key = (chain, proposal, account) => `databright.ballot.${chain}.${proposal}.${account.toLowerCase()}`;

export async function seal(chain, fields, account) {
  if (fields.choice !== "yes" && fields.choice !== "no") throw new Error("Choose yes or no.");
  // Loaded only here, so that every other action works in a node that was built without the npm packages.
  const { keccak_256 } = await import("./noble/sha3.js");
  const salt = "0x" + hex(crypto.getRandomValues(new Uint8Array(32)));
  const words = [BigInt(fields.proposal), BigInt(account), fields.choice === "yes" ? 1n : 0n, BigInt(salt)];
  const bytes = words.flatMap((word) => word.toString(16).padStart(64, "0").match(/../g).map((pair) => parseInt(pair, 16)));
  const commitment = "0x" + hex(keccak_256(Uint8Array.from(bytes)));
  // Kept before anything is sent: a vote that is sealed and cannot be opened is lost.
  const before = kept(chain, fields.proposal, account);
  const sealed = [...before, { choice: fields.choice, salt, commitment }].slice(-20);
  localStorage.setItem(key(chain, fields.proposal, account), JSON.stringify(sealed));
  return { proposal: fields.proposal, commitment };
}

/** Finds what opens the commitment that is on the ledger. */
export function open(chain, fields, account) {
  const found = kept(chain, fields.proposal, account).find((one) => one.commitment === fields.commitment);
  if (!found) throw new Error("The salt of your vote is not in this browser. Reveal it in the one where you sealed it.");
  return { proposal: fields.proposal, choice: found.choice, salt: found.salt, reason: fields.reason ?? "" };
}

function kept(chain, proposal, account) {
  try {
    const list = JSON.parse(localStorage.getItem(key(chain, proposal, account)) ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
