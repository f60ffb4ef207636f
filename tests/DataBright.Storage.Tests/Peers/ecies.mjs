// Opens what we encrypted and encrypts for us, with the public library's defaults.
import { decrypt, encrypt, PrivateKey } from 'eciesjs';

let input = '';
for await (const part of process.stdin) input += part;

const hex = bytes => Buffer.from(bytes).toString('hex');
const { secret, encrypted, plain } = JSON.parse(input);
const key = PrivateKey.fromHex(secret);
process.stdout.write(JSON.stringify({
  opened: encrypted.map(text => hex(decrypt(secret, Buffer.from(text, 'hex')))),
  encrypted: plain.map(text => hex(encrypt(key.publicKey.toHex(), Buffer.from(text, 'hex')))),
}));
