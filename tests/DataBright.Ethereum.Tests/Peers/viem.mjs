// Answers questions, one JSON line each, with what viem says. Numbers travel as decimal strings.
import { createInterface } from 'node:readline';
import {
  decodeAbiParameters, encodeAbiParameters, encodeEventTopics, encodePacked, getAddress, getContractAddress, hashMessage, hashTypedData,
  keccak256, parseTransaction, recoverAddress, recoverTransactionAddress, serializeTransaction, toEventSelector, toFunctionSelector,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

const value = (param, given) => {
  const array = /^(.*)\[\d*\]$/.exec(param.type);
  if (array) return given.map(element => value({ ...param, type: array[1] }, element));
  if (param.type === 'tuple') return param.components.map((part, i) => value(part, given[i]));
  return /^u?int/.test(param.type) ? BigInt(given) : given;
};
// viem takes tuples with named parts as objects.
const named = (param, given) => {
  const array = /^(.*)\[\d*\]$/.exec(param.type);
  if (array) return given.map(element => named({ ...param, type: array[1] }, element));
  if (param.type === 'tuple') return Object.fromEntries(param.components.map((part, i) => [part.name, named(part, given[i])]));
  return given;
};
const values = (params, given) => params.map((param, i) => named(param, value(param, given[i])));
const transaction = ({ nonce, gas, value, gasPrice, maxFeePerGas, maxPriorityFeePerGas, ...rest }) => ({
  ...rest,
  nonce: Number(nonce),
  gas: BigInt(gas),
  value: BigInt(value),
  ...(gasPrice !== undefined && { gasPrice: BigInt(gasPrice) }),
  ...(maxFeePerGas !== undefined && { maxFeePerGas: BigInt(maxFeePerGas), maxPriorityFeePerGas: BigInt(maxPriorityFeePerGas) }),
});
const plain = given => JSON.parse(JSON.stringify(given, (_, item) => typeof item === 'bigint' ? item.toString() : item));
const listed = (param, given) => {
  const array = /^(.*)\[\d*\]$/.exec(param.type);
  if (array) return given.map(element => listed({ ...param, type: array[1] }, element));
  if (param.type === 'tuple') return param.components.map(part => listed(part, given[part.name]));
  return typeof given === 'bigint' || typeof given === 'number' ? given.toString() : given;
};

const answers = {
  keccak: ({ data }) => keccak256(data),
  checksum: ({ address }) => getAddress(address),
  create: ({ from, nonce }) => getContractAddress({ from, nonce: BigInt(nonce) }),
  create2: ({ from, salt, initCodeHash }) => getContractAddress({ opcode: 'CREATE2', from, salt, bytecodeHash: initCodeHash }),
  encode: ({ params, given }) => encodeAbiParameters(params, values(params, given)),
  decode: ({ params, data }) => decodeAbiParameters(params, data).map((found, i) => listed(params[i], found)),
  packed: ({ types, given }) => encodePacked(types, types.map((type, i) => value({ type }, given[i]))),
  selector: ({ signature }) => toFunctionSelector(signature),
  topic: ({ signature }) => toEventSelector(signature),
  topics: ({ event, given }) => encodeEventTopics({
    abi: [event], eventName: event.name, args: event.inputs.map((input, i) => value(input, given[i])),
  }),
  unsigned: ({ tx }) => serializeTransaction(transaction(tx)),
  sign: async ({ key, tx }) => await privateKeyToAccount(key).signTransaction(transaction(tx)),
  sender: async ({ raw }) => await recoverTransactionAddress({ serializedTransaction: raw }),
  parse: ({ raw }) => plain(parseTransaction(raw)),
  address: ({ key }) => privateKeyToAccount(key).address,
  publicKey: ({ key }) => privateKeyToAccount(key).publicKey,
  message: ({ raw }) => hashMessage({ raw }),
  signMessage: async ({ key, raw }) => await privateKeyToAccount(key).signMessage({ message: { raw } }),
  typed: ({ data }) => hashTypedData(data),
  signTyped: async ({ key, data }) => await privateKeyToAccount(key).signTypedData(data),
  recover: async ({ hash, signature }) => await recoverAddress({ hash, signature }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = { answer: await answers[ask](rest) };
  } catch (fault) {
    answer = { fault: String(fault.message ?? fault) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
