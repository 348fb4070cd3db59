using Jiqun.Fuzz;
using SharpFuzz;

// No product code before Fuzzer.Run: in the instrumented copies it counts into memory that afl-fuzz has yet to hand over.
switch (args)
{
    case ["seeds", var folder]:
        Seeds.Write(folder);
        return 0;
    case ["fuzz", "reader"]:
        Fuzzer.Run((Stream input) => ReaderTarget.Run(ReadAll(input)));
        return 0;
    case ["fuzz", "values"]:
        Fuzzer.Run((Stream input) => ValuesTarget.Run(ReadAll(input)));
        return 0;
    case ["replay", "reader", var file]:
        ReaderTarget.Run(File.ReadAllBytes(file));
        return 0;
    case ["replay", "values", var file]:
        ValuesTarget.Run(File.ReadAllBytes(file));
        return 0;
    default:
        Console.Error.WriteLine("""
            Jiqun.Fuzz seeds OUTDIR                   seeds and dictionaries
            Jiqun.Fuzz fuzz reader|values             run by afl-fuzz (see the script “run”)
            Jiqun.Fuzz replay reader|values FILE      one input, to see what it does
            """);
        return 2;
}

static byte[] ReadAll(Stream input)
{
    using var bytes = new MemoryStream();
    input.CopyTo(bytes);
    return bytes.ToArray();
}
