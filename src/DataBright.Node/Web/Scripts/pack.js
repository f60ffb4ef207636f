// A folder of pictures as one zip that is not compressed: pictures are. JPEG and WebP become PNG here, because whoever brings data
// decodes it.

const most = 20000;
const png = /\.png$/i;
const other = /\.(jpe?g|webp)$/i;

export async function pack(files, say) {
  const shown = files.filter((file) => !file.webkitRelativePath.split("/").some((part) => part.startsWith(".") || part === "__MACOSX"));
  if (shown.length === 0) throw new Error("There are no pictures in that folder.");
  if (shown.length > most)
    throw new Error(`There are ${shown.length} files in that folder; a page takes ${most}. The command line takes more.`);
  const odd = shown.find((file) => !png.test(file.name) && !other.test(file.name));
  if (odd) throw new Error(`${odd.webkitRelativePath} is no picture in PNG, JPEG or WebP. Take it out of the folder.`);
  const entries = [];
  for (const [i, file] of shown.entries()) {
    if (i % 20 === 0) say(`Packing ${i} of ${shown.length} pictures…`);
    const isOther = other.test(file.name);
    const picture = isOther ? await decoded(file) : file;
    entries.push({ name: file.webkitRelativePath + (isOther ? ".png" : ""), bytes: new Uint8Array(await picture.arrayBuffer()) });
  }
  return zip(entries);
}

async function decoded(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image", colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch {
    throw new Error(`${file.webkitRelativePath} cannot be decoded: it is cut, damaged, or no picture.`);
  }
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d", { alpha: !/\.jpe?g$/i.test(file.name) }).drawImage(picture, 0, 0);
  picture.close();
  return canvas.convertToBlob({ type: "image/png" });
}

function zip(entries) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const path = new TextEncoder().encode(name);
    const sum = crc32(bytes);
    const head = [[4, 0x04034b50], [2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x21], [4, sum], [4, bytes.length],
      [4, bytes.length], [2, path.length], [2, 0]];
    const entry = [[4, 0x02014b50], [2, 20], [2, 20], ...head.slice(2, 9), [2, path.length],
      [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]];
    parts.push(numbers(head), path, bytes);
    directory.push(numbers(entry), path);
    offset += 30 + path.length + bytes.length;
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const end = numbers([[4, 0x06054b50], [2, 0], [2, 0], [2, entries.length], [2, entries.length], [4, length], [4, offset], [2, 0]]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/** Numbers of so many bytes each, the lowest byte first. */
function numbers(list) {
  const bytes = new Uint8Array(list.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of list) for (let i = 0; i < size; i++) bytes[at++] = (value / 2 ** (8 * i)) & 0xff;
  return bytes;
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = table[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
