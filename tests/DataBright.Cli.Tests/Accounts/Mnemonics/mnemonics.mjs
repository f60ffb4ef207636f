// Derives what it is asked with viem, and normalises as JavaScript does: one JSON question a line, one answer a line.
import { pbkdf2Sync } from 'node:crypto';
import { createInterface } from 'node:readline';
import { HDKey, hdKeyToAccount } from 'viem/accounts';

for await (const line of createInterface({ input: process.stdin })) {
  const { mnemonic, passphrase, path } = JSON.parse(line);
  const seed = pbkdf2Sync(mnemonic.normalize('NFKD'), 'mnemonic' + passphrase.normalize('NFKD'), 2048, 64, 'sha512');
  console.log(hdKeyToAccount(HDKey.fromMasterSeed(seed), { path }).address);
}
