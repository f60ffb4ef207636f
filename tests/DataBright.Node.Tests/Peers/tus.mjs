// Uploads with the public tus client: the first connection is cut in the middle, a second client resumes from the upload's address.
import * as tus from 'tus-js-client';

let input = '';
for await (const part of process.stdin) input += part;
const { endpoint, size, piece, cid } = JSON.parse(input);
const content = Buffer.alloc(size);
for (let i = 0; i < size; i++) content[i] = 31 + i * 7 + (i >> 8) * 13;

const options = { endpoint, chunkSize: piece, retryDelays: [0, 50, 100], metadata: { cid, filename: 'digits.shard' }, uploadSize: size };
let path = null;

function start(extra) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(content, {
      ...options, ...extra(() => upload, resolve),
      onError: reject,
      onAfterResponse: (_, response) => { path = response.getHeader('X-Ipfs-Path') ?? path; },
    });
    upload.start();
  });
}

const events = [];
const url = await start((upload, resolve) => ({
  onChunkComplete: async (_, sent) => {
    if (events.length === 0) { events.push(sent); await upload().abort(); resolve(upload().url); }
  },
}));
const resumedAt = [];
await start((_, resolve) => ({ uploadUrl: url, onProgress: sent => resumedAt.push(sent), onSuccess: resolve }));
process.stdout.write(JSON.stringify({ cutAt: events[0], resumedAt: resumedAt[0], path }));
