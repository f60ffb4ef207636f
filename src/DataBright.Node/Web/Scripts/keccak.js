// Keccak-256 of one block, enough for hashing a few words: a shielded vote is sealed here, so that no node learns it.

const MASK = (1n << 64n) - 1n;
const RATE = 136;

const ROUNDS = (() => {
  // FIPS 202, 3.2.5: the constants of iota come out of a shift register.
  const constants = [];
  let register = 1;
  for (let round = 0; round < 24; round++) {
    let constant = 0n;
    for (let j = 0; j <= 6; j++) {
      if (register & 1) constant |= 1n << BigInt((1 << j) - 1);
      register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    }
    constants.push(constant);
  }
  return constants;
})();

const turn = (word, by) => (by === 0n ? word : ((word << by) | (word >> (64n - by))) & MASK);

function permute(a) {
  for (const constant of ROUNDS) {
    const c = [0, 1, 2, 3, 4].map((x) => a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20]);
    for (let x = 0; x < 5; x++) {
      const d = c[(x + 4) % 5] ^ turn(c[(x + 1) % 5], 1n);
      for (let y = 0; y < 25; y += 5) a[x + y] ^= d;
    }
    let [x, y, moving] = [1, 0, a[1]];
    for (let t = 0; t < 24; t++) {
      [x, y] = [y, (2 * x + 3 * y) % 5];
      const place = x + 5 * y;
      [moving, a[place]] = [a[place], turn(moving, BigInt((((t + 1) * (t + 2)) / 2) % 64))];
    }
    for (let row = 0; row < 25; row += 5) {
      const r = a.slice(row, row + 5);
      for (let i = 0; i < 5; i++) a[row + i] = r[i] ^ (~r[(i + 1) % 5] & MASK & r[(i + 2) % 5]);
    }
    a[0] ^= constant;
  }
}

/** @param {Uint8Array} bytes at most 135 of them @returns {string} the hash, after 0x */
export function keccak256(bytes) {
  if (bytes.length >= RATE) throw new RangeError("More than one block.");
  const block = new Uint8Array(RATE);
  block.set(bytes);
  block[bytes.length] ^= 0x01;
  block[RATE - 1] ^= 0x80;
  const view = new DataView(block.buffer);
  const state = Array.from({ length: 25 }, (_, i) => (i < RATE / 8 ? view.getBigUint64(i * 8, true) : 0n));
  permute(state);
  const out = new DataView(new ArrayBuffer(32));
  for (let i = 0; i < 4; i++) out.setBigUint64(i * 8, state[i], true);
  return "0x" + Array.from(new Uint8Array(out.buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
