// Lists what an archive holds that is not ours, with version, licence and copyright, and puts the licences beside it.
// node deploy/components.mjs LIB FONTS OPENSSL-VERSION OUT: LIB as published, FONTS where npm installed the font. A component without a known licence is a failure.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const [lib, fonts, openssl, out] = process.argv.slice(2)
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const packages = process.env.NUGET_PACKAGES ?? join(homedir(), ".nuget/packages")
const standard = { MIT: "licences/MIT.txt", PostgreSQL: "licences/PostgreSQL.txt", "Apache-2.0": "LICENSE" }
// they name a page or a file for their licence, not its name
const read = { "https://licenses.nuget.org/MIT": "MIT", "https://licenses.nuget.org/Apache-2.0": "Apache-2.0", "LICENSE.txt": "MIT" }

const rows = []

function add(name, version, licence, copyright, folder) {
  const texts = folder ? readdirSync(folder).filter(f => /^(licen[cs]e|third-?party-?notices|notice|copyright)(\.(txt|md))?$/i.test(f)) : []
  if (texts.length > 0) {
    const to = join("licences", `${name.replace("/", "-")}-${version.replaceAll(":", "-")}`)
    mkdirSync(join(out, to), { recursive: true })
    for (const text of texts) copyFileSync(join(folder, text), join(out, to, text))
    rows.push([name, version, licence, copyright, to + "/"])
  } else if (licence in standard) rows.push([name, version, licence, copyright, standard[licence]])
  else throw new Error(`${name} ${version}: nothing is known of its licence (${licence})`)
}

function fromNuget(name, version) {
  const folder = join(packages, name.toLowerCase(), version.toLowerCase())
  const spec = readFileSync(join(folder, `${name.toLowerCase()}.nuspec`), "utf8")
  const element = tag => new RegExp(`<${tag}[^>]*>([^<]*)</${tag}>`).exec(spec)?.[1].trim()
  const said = element("license") ?? element("licenseUrl")
  add(name, version, read[said] ?? said, element("copyright") ?? element("authors"), folder)
}

const deps = JSON.parse(readFileSync(join(lib, "jiqun-cli.deps.json"), "utf8"))
const target = deps.targets[deps.runtimeTarget.name]
for (const [key, files] of Object.entries(target)) {
  const [name, version] = key.split("/")
  const { type } = deps.libraries[key]
  if (type === "project" || !(files.runtime || files.native || files.resources)) continue
  fromNuget(type === "runtimepack" ? name.replace(/^runtimepack\./, "") : name, version)
}

function fromNpm(name, folder) {
  const { version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  add(name, version, license, author?.name ?? author ?? "see its licence", folder)
}
fromNpm("bootstrap", join(root, "src/Jiqun.Portal/node_modules/bootstrap"))
fromNpm("@embedpdf/fonts-sc", join(fonts, "node_modules/@embedpdf/fonts-sc"))
if (existsSync(join(lib, "openssl"))) add("openssl", openssl, "Apache-2.0", "The OpenSSL Project Authors; as built by Debian", "/usr/share/doc/libssl3")

rows.sort(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(join(out, "COMPONENTS.md"), [
  "# What the archive holds besides Jiqun", "",
  "Jiqun itself is under the Apache License 2.0 (`LICENSE`). Reference data: `reference/SOURCES.md`.", "",
  "| component | version | licence | copyright | text |", "|---|---|---|---|---|",
  ...rows.map(row => `| ${row.map(cell => cell.replaceAll("|", "\\|").replace(/\s+/g, " ")).join(" | ")} |`), "",
].join("\n"))
