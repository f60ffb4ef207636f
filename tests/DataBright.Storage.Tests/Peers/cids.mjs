// CIDs of deterministic files, by the public importer of IPFS.
import { importByteStream } from 'ipfs-unixfs-importer';
import { fixedSize } from 'ipfs-unixfs-importer/chunker';
import { balanced } from 'ipfs-unixfs-importer/layout';
import { MemoryBlockstore } from 'blockstore-core/memory';

let input = '';
for await (const part of process.stdin) input += part;

async function* content(size, piece = 1 << 18) {
  // Byte i of every file is (i * 31 + (i >> 8) * 17) mod 256.
  for (let start = 0; start < size; start += piece) {
    const bytes = new Uint8Array(Math.min(piece, size - start));
    for (let i = 0; i < bytes.length; i++) { const at = start + i; bytes[i] = at * 31 + (at >> 8) * 17; }
    yield bytes;
  }
  if (size === 0) yield new Uint8Array(0);
}

const answer = [];
for (const size of JSON.parse(input)) {
  const { cid } = await importByteStream(content(size), new MemoryBlockstore(), {
    cidVersion: 1, rawLeaves: true, chunker: fixedSize({ chunkSize: 262144 }), layout: balanced({ maxChildrenPerNode: 174 }),
  });
  answer.push(cid.toString());
}
process.stdout.write(JSON.stringify(answer));
