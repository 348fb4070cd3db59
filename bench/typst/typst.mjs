// Compiles the .typ files of a folder to PDF in one warm process; prints milliseconds a document and pages a document.
// node typst.mjs FOLDER
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";

const folder = process.argv[2];
const compiler = NodeCompiler.create({ workspace: folder, fontArgs: [{ fontPaths: ["/usr/share/fonts/opentype/noto"] }] });
const documents = readdirSync(folder).filter((f) => f.endsWith(".typ")).sort().map((f) => readFileSync(join(folder, f), "utf8"));
const half = Math.floor(documents.length / 2);
let bytes = 0;
const compile = (text) => { bytes += compiler.pdf({ mainFileContent: text }).length; compiler.evictCache?.(10); };
documents.slice(0, half).forEach(compile);                 // warm, and not with the documents that are timed
bytes = 0;
const start = process.hrtime.bigint();
documents.slice(half).forEach(compile);
const ms = Number(process.hrtime.bigint() - start) / 1e6 / (documents.length - half);
console.log(JSON.stringify({ ms, kilobytes: bytes / 1024 / (documents.length - half) }));
