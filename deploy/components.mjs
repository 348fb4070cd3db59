// Lists what an archive holds that is not ours, with version, licence and copyright, and puts the licences beside it: COMPONENTS.md for people, bom.json
// (CycloneDX 1.5) for programs, with what it was built and tested with besides, as “excluded”.
// node deploy/components.mjs LIB FONTS OPENSSL-VERSION OUT: LIB as published, FONTS where npm installed the font. A component without a known licence is a failure.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const [lib, fonts, openssl, out] = process.argv.slice(2)
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const packages = process.env.NUGET_PACKAGES ?? join(homedir(), ".nuget/packages")
const standard = { MIT: "licences/MIT.txt", PostgreSQL: "licences/PostgreSQL.txt", "Apache-2.0": "LICENSE" }
// they name a page or a file for their licence, not its name
const read = { "https://licenses.nuget.org/MIT": "MIT", "https://licenses.nuget.org/Apache-2.0": "Apache-2.0", "LICENSE.txt": "MIT" }

const rows = [], components = []

function component(sort, name, version, licence, copyright, files) {
  const purl = `pkg:${sort}/${name.replace("@", "%40")}@${encodeURIComponent(version)}`
  if (components.some(c => c["bom-ref"] === purl)) return
  components.push({
    type: "library", "bom-ref": purl, name, version, purl, scope: files ? "required" : "excluded",
    ...(licence && { licenses: [{ license: { id: licence } }] }), ...(copyright && { copyright }),
    ...(files?.length && { properties: files.map(value => ({ name: "jiqun:file", value })) }),
  })
}

function add(sort, name, version, licence, copyright, folder, files) {
  component(sort, name, version, licence, copyright, files)
  const texts = folder ? readdirSync(folder).filter(f => /^(licen[cs]e|third-?party-?notices|notice|copyright)(\.(txt|md))?$/i.test(f)) : []
  if (texts.length > 0) {
    const to = join("licences", `${name.replace("/", "-")}-${version.replaceAll(":", "-")}`)
    mkdirSync(join(out, to), { recursive: true })
    for (const text of texts) copyFileSync(join(folder, text), join(out, to, text))
    rows.push([name, version, licence, copyright, to + "/"])
  } else if (licence in standard) rows.push([name, version, licence, copyright, standard[licence]])
  else throw new Error(`${name} ${version}: nothing is known of its licence (${licence})`)
}

function nuspec(name, version) {
  const folder = join(packages, name.toLowerCase(), version.toLowerCase())
  const spec = readFileSync(join(folder, `${name.toLowerCase()}.nuspec`), "utf8")
  const element = tag => new RegExp(`<${tag}[^>]*>([^<]*)</${tag}>`).exec(spec)?.[1].trim()
  const said = element("license") ?? element("licenseUrl")
  return { folder, licence: read[said] ?? said, copyright: element("copyright") ?? element("authors") }
}

function fromNuget(name, version, files) {
  const { folder, licence, copyright } = nuspec(name, version)
  add("nuget", name, version, licence, copyright, folder, files)
}

const deps = JSON.parse(readFileSync(join(lib, "jiqun-cli.deps.json"), "utf8"))
const target = deps.targets[deps.runtimeTarget.name]
for (const [key, files] of Object.entries(target)) {
  const [name, version] = key.split("/")
  const { type } = deps.libraries[key]
  if (type === "project" || !(files.runtime || files.native || files.resources)) continue
  const shipped = [files.runtime, files.native, files.resources].flatMap(each => Object.keys(each ?? {})).map(path => basename(path))
  fromNuget(type === "runtimepack" ? name.replace(/^runtimepack\./, "") : name, version, [...new Set(shipped)])
}

function fromNpm(name, folder) {
  const { version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  add("npm", name, version, license, author?.name ?? author ?? "see its licence", folder, [])
}
for (const bundled of ["bootstrap", "idb", "echarts", "zrender", "tslib"]) fromNpm(bundled, join(root, "src/Jiqun.Portal/node_modules", bundled))
fromNpm("@embedpdf/fonts-sc", join(fonts, "node_modules/@embedpdf/fonts-sc"))
if (existsSync(join(lib, "openssl"))) add("deb/debian", "openssl", openssl, "Apache-2.0", "The OpenSSL Project Authors; as built by Debian", "/usr/share/doc/libssl3", ["libcrypto.so.3", "libssl.so.3"])

// what is not in the archive: NuGet's packages have a licence here where they were fetched, npm's say theirs in the lock file
const wanted = [...readFileSync(join(root, "Directory.Packages.props"), "utf8").matchAll(/<PackageVersion Include="([^"]+)" Version="([^"]+)"/g)].map(match => match.slice(1))
const tools = Object.entries(JSON.parse(readFileSync(join(root, ".config/dotnet-tools.json"), "utf8")).tools).map(([name, { version }]) => [name, version])
for (const [name, version] of [...wanted, ...tools]) {
  if (components.some(c => c.name === name && c.version === version)) continue
  const known = existsSync(join(packages, name.toLowerCase(), version.toLowerCase(), `${name.toLowerCase()}.nuspec`)) ? nuspec(name, version) : {}
  component("nuget", name, version, /^[\w.-]+$/.test(known.licence ?? "") ? known.licence : undefined, known.copyright)
}
for (const lock of ["src/Jiqun.Portal", "tests/Jiqun.BrowserTests", "deploy/fonts"])
  for (const [path, { version, license }] of Object.entries(JSON.parse(readFileSync(join(root, lock, "package-lock.json"), "utf8")).packages))
    if (path) component("npm", path.replace(/^.*node_modules\//, ""), version, license)

components.sort((a, b) => (a.purl < b.purl ? -1 : 1))
writeFileSync(join(out, "bom.json"), JSON.stringify({
  bomFormat: "CycloneDX", specVersion: "1.5", version: 1,
  metadata: { component: { type: "application", "bom-ref": "jiqun", name: "jiqun", version: basename(out).split("-")[1], licenses: [{ license: { id: "Apache-2.0" } }] } },
  components,
}, null, 1) + "\n")

rows.sort(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(join(out, "COMPONENTS.md"), [
  "# What the archive holds besides Jiqun", "",
  "Jiqun itself is under the Apache License 2.0 (`LICENSE`). Reference data: `reference/SOURCES.md`.", "",
  "| component | version | licence | copyright | text |", "|---|---|---|---|---|",
  ...rows.map(row => `| ${row.map(cell => cell.replaceAll("|", "\\|").replace(/\s+/g, " ")).join(" | ")} |`), "",
].join("\n"))
