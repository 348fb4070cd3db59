using System.Diagnostics.Metrics;

namespace Jiqun.Portal.Storage;

/// <summary>What whoever runs the portal may count and time; <c>docs/operations.md</c> says what each means. Where nobody listens each costs a look at a flag.</summary>
static class Metrics
{
    public const string Name = "Jiqun";

    static readonly Meter Meter = new(Name);

    /// <summary>Saves that wrote at least one place.</summary>
    public static readonly Counter<long> Saves = Meter.CreateCounter<long>("jiqun.saves", "{save}");

    /// <summary>Places that were left as they are, because somebody else had changed them.</summary>
    public static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("jiqun.conflicts", "{place}");

    public static readonly Counter<long> Submissions = Meter.CreateCounter<long>("jiqun.submissions", "{submission}");

    /// <summary>What broke, by <see cref="Kind"/>.</summary>
    public static readonly Counter<long> Failures = Meter.CreateCounter<long>("jiqun.failures", "{failure}");

    /// <summary>From the begin of the writer's transaction to its being durable, in seconds.</summary>
    public static readonly Histogram<double> CommitDuration = Meter.CreateHistogram("jiqun.commit.duration", "s",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] });

    /// <summary>Works in one such transaction.</summary>
    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram("jiqun.batch.size", "{write}",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] });

    /// <summary>Mails that the mail server took.</summary>
    public static readonly Counter<long> MailsSent = Meter.CreateCounter<long>("jiqun.mails.sent", "{mail}");

    /// <summary>Mails that were given up.</summary>
    public static readonly Counter<long> MailsFailed = Meter.CreateCounter<long>("jiqun.mails.failed", "{mail}");

    /// <summary>Mails that are still to be sent, of all processes together.</summary>
    public static readonly Gauge<long> MailsWaiting = Meter.CreateGauge<long>("jiqun.mails.waiting", "{mail}");

    /// <summary>Backups that are in their place.</summary>
    public static readonly Counter<long> Backups = Meter.CreateCounter<long>("jiqun.backups", "{backup}");

    /// <summary>When the last backup of the schedule was made, in seconds since 1970.</summary>
    public static readonly Gauge<long> LastBackup = Meter.CreateGauge<long>("jiqun.backup.last", "s");

    /// <summary>Uploads that were not taken because of what is, or may be, in them, by <see cref="Kind"/>.</summary>
    public static readonly Counter<long> UploadsRefused = Meter.CreateCounter<long>("jiqun.uploads.refused", "{file}");

    public static KeyValuePair<string, object?> Kind(string kind) => new("kind", kind);
}
