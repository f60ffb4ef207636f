// The tree of OpenZeppelin's library, written down from its definition with viem's hashes and ABI encoding.
import { encodeAbiParameters, keccak256, concat } from 'viem';

let input = '';
for await (const part of process.stdin) input += part;

const pair = (a, b) => keccak256(concat([a, b].sort()));

process.stdout.write(JSON.stringify(JSON.parse(input).map(values => {
  const leaves = values.map((value, i) =>
    keccak256(keccak256(encodeAbiParameters([{ type: 'uint256' }, { type: 'bytes32' }], [BigInt(i), value]))));
  const nodes = new Array(2 * leaves.length - 1);
  leaves.forEach((leaf, i) => { nodes[nodes.length - 1 - i] = leaf; });
  for (let i = leaves.length - 2; i >= 0; i--) nodes[i] = pair(nodes[2 * i + 1], nodes[2 * i + 2]);
  const proofs = leaves.map((_, i) => {
    const proof = [];
    for (let at = nodes.length - 1 - i; at > 0; at = Math.floor((at - 1) / 2)) proof.push(nodes[at % 2 ? at + 1 : at - 1]);
    return proof;
  });
  return { leaves, root: nodes[0], proofs };
})));
