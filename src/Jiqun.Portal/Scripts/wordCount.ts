/** 字数, as src/Jiqun.Core/Answers/WordCount.cs counts it; a test holds the two together. */
export function wordCount(text: string): number {
  let words = 0;
  let inRun = false;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (isNothing(code)) continue;
    if (/\s/u.test(character) || code === 0x85) inRun = false;
    else if (isWide(code, character)) {
      words++;
      inRun = false;
    } else if (!inRun) {
      words++;
      inRun = true;
    }
  }
  return words;
}

/** Zero-width blanks and joiners, which nobody sees. */
function isNothing(code: number): boolean {
  return (code >= 0x200b && code <= 0x200d) || code === 0x2060 || code === 0xfeff || (code >= 0xfe00 && code <= 0xfe0f);
}

function isWide(code: number, character: string): boolean {
  if (code < 0x2e80) return "“”‘’—…·×℃".includes(character) || (code >= 0x1100 && code <= 0x11ff);
  return (
    code <= 0xa4cf ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe10 && code <= 0xfe6f) ||
    (code >= 0xff01 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
