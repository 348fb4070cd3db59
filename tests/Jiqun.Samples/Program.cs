using System.Globalization;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Jiqun.Core.Definitions;
using Jiqun.Samples;

if (args is not [var what, var folder, ..])
    return Usage();
Directory.CreateDirectory(folder);
var form = FormLibrary.Builtin.Default;
var writer = new SampleWriter(form);
switch (what)
{
    case "published":
        foreach (var (name, docx) in PublishedForms.All())
            File.WriteAllBytes(Path.Combine(folder, name), docx);
        return 0;
    case "many" when args.Length > 2:
        int? kilobytes = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : null;
        var fast = new SampleWriter(form) { Level = CompressionLevel.Fastest };
        Parallel.For(0, int.Parse(args[2], CultureInfo.InvariantCulture), i =>
            File.WriteAllBytes(Path.Combine(folder, $"{i:00000}.docx"), fast.Write(SampleAnswers.Of(form, i, kilobytes > 100 ? 4500 : 1500), Habits.None, i, kilobytes).Docx));
        return 0;
    case "habits":
        foreach (var habit in Enum.GetValues<Habit>())
            Save(habit.ToString(), Habits.With(habit), (int)habit);
        for (var seed = 1; seed <= 200; seed++)
            Save($"some-{seed:000}", Habits.Some(seed), seed);
        return 0;
    case "hostile":
        foreach (var file in Hostile.All(form))
        {
            using var to = File.Create(Path.Combine(folder, file.Name + ".docx"));
            file.Write(to);
        }
        return 0;
    default:
        return Usage();
}

void Save(string name, Habits habits, int seed)
{
    var sample = writer.Write(SampleAnswers.Of(form, seed), habits, seed);
    File.WriteAllBytes(Path.Combine(folder, name + ".docx"), sample.Docx);
    var readable = new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    File.WriteAllText(Path.Combine(folder, name + ".json"), JsonSerializer.Serialize(sample.Expected, readable));
}

static int Usage()
{
    Console.Error.WriteLine("""
        Jiqun.Samples published OUTDIR            the forms of samples/
        Jiqun.Samples many OUTDIR COUNT [KB]      forms for the bench
        Jiqun.Samples habits OUTDIR               each habit, and combinations, with the answers expected
        Jiqun.Samples hostile OUTDIR              files that must be refused
        """);
    return 2;
}
