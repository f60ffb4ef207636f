// The same CIDs in every text form, by the public library.
import { CID } from 'multiformats/cid';
import { base16 } from 'multiformats/bases/base16';
import { base32, base32upper } from 'multiformats/bases/base32';
import { base58btc } from 'multiformats/bases/base58';

let input = '';
for await (const part of process.stdin) input += part;

process.stdout.write(JSON.stringify(JSON.parse(input).map(text => {
  const cid = CID.parse(text, text[0] === 'b' ? base32.decoder : undefined);
  const v1 = cid.toV1();
  return {
    text: cid.toString(),
    hex: Buffer.from(cid.bytes).toString('hex'),
    v1: v1.toString(),
    others: [v1.toString(base58btc), v1.toString(base16), v1.toString(base32upper)],
  };
})));
