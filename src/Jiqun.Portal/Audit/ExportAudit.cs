using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Audit;

/// <summary>Audit rows as a table (CSV, UTF-8 with a mark, RFC 4180) whose last line is the SHA-256 of all before it; that it was made, with which digest, is an audit row itself.</summary>
sealed class ExportAudit(ReadAudit read, JiqunDb db, TimeProvider clock)
{
    public const int MostRows = 100_000;

    public async Task<Outcome<byte[]>> Run(AuditFilter filter, Actor actor)
    {
        var table = new StringBuilder("\uFEFF").Append(Csv.Line(((string[])["audit-number", "history-when", "audit-by", "audit-by-token", "audit-action", "audit-outcome", "audit-subject", "audit-subject-id", "audit-detail", "audit-digest", "audit-address"]).Select(w => Words.Of(w))));
        var rows = 0;
        await foreach (var line in read.All(filter))
        {
            if (++rows > MostRows)
                return Finding.Error("audit-export-large", null, Words.Of("audit-export-large", MostRows));
            table.Append(Csv.Line(
                line.Id.ToString(CultureInfo.InvariantCulture), Beijing.Shown(line.At), line.By, line.ByToken ? Words.Of("audit-by-token") : "", $"{line.Action}", $"{line.Outcome}", line.Subject, $"{line.SubjectId}", line.Detail, line.Digest, line.Address));
        }
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(table.ToString())));
        table.Append(Csv.Line("SHA-256", digest));
        await db.NoteAlone(AuditAction.AuditExported, actor.AccountId, null, clock.Now(), $"{rows} {digest}");
        return Encoding.UTF8.GetBytes(table.ToString());
    }
}
