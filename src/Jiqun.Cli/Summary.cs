using Jiqun.Core;
using Jiqun.Core.Sheets;

namespace Jiqun.Cli;

/// <summary>What a run has come to: counts, and why files could not be read.</summary>
sealed class Summary
{
    const int Named = 50;

    readonly List<(string File, string Reason)> unread = [];
    int read, errors, warnings, unreadable;

    public int Status => unreadable > 0 || errors > 0 ? ExitStatus.Found : ExitStatus.Fine;

    public void Add(string file, Outcome<FilledForm> outcome)
    {
        if (outcome.Refused)
        {
            if (unreadable++ < Named)
                unread.Add((file, outcome.Refusal[0].Message));
            return;
        }
        read++;
        var found = outcome.Value.Findings.Count(f => f.Severity is Severity.Error);
        errors += found;
        warnings += outcome.Value.Findings.Count - found;
    }

    public void Print(TextWriter to)
    {
        to.WriteLine(Messages.Of("summary", read, errors, warnings, unreadable));
        foreach (var (file, reason) in unread)
            to.WriteLine($"  {Printable.Of(file)}: {Printable.Of(reason)}");
        if (unreadable > Named)
            to.WriteLine(Messages.Of("summary-more", unreadable - Named));
    }
}
