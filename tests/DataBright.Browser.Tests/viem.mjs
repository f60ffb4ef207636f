// What viem makes of an action's fields, and what it reads out of what the node prepared. One JSON line in, one out.
import { createInterface } from 'node:readline';
import { encodeFunctionData, hashTypedData, recoverTypedDataAddress } from 'viem';

// Whole numbers travel as text; addresses and words are left alone.
const big = value => typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : value;

const answers = {
  data: ({ abi, functionName, args }) => encodeFunctionData({ abi, functionName, args: args.map(big) }),
  typed: ({ typedData }) => hashTypedData(typedData),
  signer: ({ typedData, signature }) => recoverTypedDataAddress({ ...typedData, signature }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...question } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ answer: await answers[ask](question) }));
  } catch (fault) {
    console.log(JSON.stringify({ fault: String(fault) }));
  }
}
