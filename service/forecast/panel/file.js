// What was pasted or opened: the text that the box shows, and the file as the service reads it.

const MARKS = [
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
  ["utf-8", [0xef, 0xbb, 0xbf]],
];
const SAMPLE = 4096; // bytes that tell whether a file is text

/** A text that was pasted or typed. */
export const ofText = (text) => ({ text });

/** A file, by its name and bytes. */
export async function ofFile(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { name: file.name, base64: await encoded(file), shown: textOf(bytes) };
}

/** A file as the service takes it. */
export const asSent = ({ text, name, base64 }) => 
  base64 === undefined ? { name: "the table", text } : { name, base64 };

/** The text of a file to be shown; null if it is binary. How it is read is for the service to decide. */
function textOf(bytes) {
  const marked = MARKS.find(([, mark]) => mark.every((byte, place) => bytes[place] === byte));
  const start = bytes.subarray(0, SAMPLE);
  if (!marked && start.includes(0)) return wide(start) ? new TextDecoder(wide(start)).decode(bytes) : null;
  if (isPacked(start)) return null;
  try {
    return new TextDecoder(marked?.[0] ?? "utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** UTF-16 without a mark, in which every other byte of a table is 0. */
function wide(start) {
  const zeros = [0, 1].map((first) => start.filter((byte, place) => place % 2 === first && byte === 0).length);
  const most = 0.4 * (start.length / 2);
  return zeros[1] > most ? "utf-16le" : zeros[0] > most ? "utf-16be" : null;
}

const isPacked = ([first, second]) => (first === 0x1f && second === 0x8b) || (first === 0x50 && second === 0x4b);

function encoded(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
