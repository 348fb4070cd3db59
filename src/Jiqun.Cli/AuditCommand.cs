using System.CommandLine;
using System.Text.Json;
using Jiqun.Core;
using Jiqun.Portal.Audit;

namespace Jiqun.Cli;

/// <summary><c>jiqun audit verify</c>: whether anything was changed in the database behind the portal's back.</summary>
static class AuditCommand
{
    const long LargestCheckpoint = 1 << 16;

    public static Command Make()
    {
        var store = new StoreOptions();
        var checkpoints = new Option<string[]>("--checkpoint") { AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var json = new Option<string?>("--json");
        var verify = new Command("verify");
        store.AddTo(verify);
        verify.Options.Add(checkpoints);
        verify.Options.Add(json);
        verify.SetAction(async (given, cancel) =>
        {
            List<Checkpoint> read = [];
            foreach (var file in given.GetValue(checkpoints)!)
            {
                var checkpoint = Read(file);
                if (checkpoint.Refused)
                    return UsageMistakes.Refuse(checkpoint.Refusal[0].Message);
                read.Add(checkpoint.Value);
            }
            var opened = store.OpenThere(given);
            if (opened.Refused)
                return UsageMistakes.Refuse(opened.Refusal[0].Message);
            var toJson = given.GetValue(json) is { } path ? OutputFile.Open(path, new HashSet<string>()) : null;
            if (toJson?.Refusal is { } refusal)
                return UsageMistakes.Refuse(refusal[0].Message);
            using var output = toJson?.Value;
            await using var database = opened.Value;
            await database.Unlock();
            var verdict = await new VerifyAudit(database, TimeProvider.System).Run(read, cancel: cancel);
            if (output is null)
                Print(Console.Out, verdict);
            else
                output.WriteJson(j => Write(j, verdict));
            return verdict.Flaws.Count == 0 ? ExitStatus.Fine : ExitStatus.Found;
        });
        return new Command("audit") { verify };
    }

    static Outcome<Checkpoint> Read(string file)
    {
        try
        {
            return !SpecialFile.Is(file) && new FileInfo(file) is { Length: <= LargestCheckpoint } && Checkpoint.Read(File.ReadAllBytes(file)) is { } read
                ? read
                : Finding.Error("checkpoint", null, Messages.Of("audit-checkpoint", file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Finding.Error("checkpoint", null, Messages.Of("audit-checkpoint-unreadable", file, e.Message));
        }
    }

    public static void Print(TextWriter to, AuditVerdict verdict)
    {
        foreach (var flaw in verdict.Flaws)
            to.WriteLine(Printable.Of($"{Messages.Of("error")}  {Messages.Of($"audit-{flaw.Kind}", flaw.What)}"));
        to.WriteLine(Messages.Of("audit-looked-at", verdict.Rows, verdict.NotYetChained, verdict.Changes, verdict.Submissions, verdict.Files));
        if (verdict.LastBlock > 0)
            to.WriteLine(Messages.Of("audit-last-block", verdict.LastBlock, verdict.LastHash));
        to.WriteLine(verdict.Flaws.Count == 0 ? Messages.Of("audit-fine") : Messages.Of("audit-flaws", verdict.Flaws.Count));
    }

    static void Write(Utf8JsonWriter json, AuditVerdict verdict)
    {
        json.WriteStartObject();
        json.WriteBoolean("valid", verdict.Flaws.Count == 0);
        foreach (var (name, number) in (ReadOnlySpan<(string, long)>)
            [("rows", verdict.Rows), ("notYetChained", verdict.NotYetChained), ("changes", verdict.Changes), ("submissions", verdict.Submissions), ("files", verdict.Files), ("lastBlock", verdict.LastBlock)])
            json.WriteNumber(name, number);
        json.WriteString("lastHash", verdict.LastHash);
        json.WriteStartArray("flaws");
        foreach (var flaw in verdict.Flaws)
        {
            json.WriteStartObject();
            json.WriteString("kind", flaw.Kind.ToString());
            json.WriteString("what", flaw.What);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
