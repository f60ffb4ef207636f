// Writes src/DataBright.Ethereum/Keystores/Unicode/nfkc.txt out of JavaScript's own tables: what every character comes apart into (NFKD),
// the order of marks (as ranks of their combining classes, which is all that is compared), and which pairs become one character (NFC).
import { writeFileSync } from 'node:fs';

const hex = (text) => [...text].map((one) => one.codePointAt(0).toString(16)).join(' ');
const all = [];
for (let code = 0x80; code <= 0x10ffff; code++)
  if ((code < 0xac00 || code > 0xd7a3) && (code < 0xd800 || code > 0xdfff)) all.push(String.fromCodePoint(code));

const apart = all.filter((one) => one.normalize('NFKD') !== one).map((one) => `${hex(one)}=${hex(one.normalize('NFKD'))}`);

// U+0345 has the highest class of all and U+0334 the lowest: whatever moves beside one of them is a mark that has a class.
const moves = (left, right) => (left + right).normalize('NFD') === right + left;
const marks = all.filter((one) => one.normalize('NFD') === one && (one === '\u0345' || moves('\u0345', one)));
marks.sort((left, right) => (moves(left, right) ? 1 : moves(right, left) ? -1 : left.codePointAt(0) - right.codePointAt(0)));
let rank = 0;
const ranks = marks.map((one, i) => `${hex(one)}=${i === 0 || moves(one, marks[i - 1]) ? ++rank : rank}`);

const pairs = all.flatMap((one) => {
  if (one.normalize('NFC') !== one || one.normalize('NFD') === one) return [];
  const parts = [...one.normalize('NFD')];
  const head = parts.slice(0, -1).join('').normalize('NFC');
  return [...head].length === 1 && (head + parts.at(-1)).normalize('NFC') === one ? [`${hex(head)} ${hex(parts.at(-1))}=${hex(one)}`] : [];
});

const head = `# Unicode ${process.versions.unicode}, by build/nfkc.mjs. Data of Unicode, Inc., https://www.unicode.org/license.txt`;
writeFileSync(new URL('../src/DataBright.Ethereum/Keystores/Unicode/nfkc.txt', import.meta.url),
  [head, apart.join(';'), ranks.join(';'), pairs.join(';'), ''].join('\n'));
