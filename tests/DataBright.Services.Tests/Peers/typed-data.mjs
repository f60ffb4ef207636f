// Signs messages as a browser's wallet does with eth_signTypedData_v4, and says what it hashed.
import { hashTypedData } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

let input = '';
for await (const part of process.stdin) input += part;

const { secret, messages } = JSON.parse(input);
const account = privateKeyToAccount(secret);
process.stdout.write(JSON.stringify(await Promise.all(messages.map(async message =>
  ({ digest: hashTypedData(message), signature: await account.signTypedData(message) })))));
