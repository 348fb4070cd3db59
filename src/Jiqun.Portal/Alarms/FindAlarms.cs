using System.Linq.Expressions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Alarms;

/// <summary>Finds what looks wrong in new audit rows. Each row is looked at once, when it is chained, in the transaction that chains it.</summary>
static class FindAlarms
{
    /// <summary>Within this time things are counted together.</summary>
    static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>From so many on within <see cref="Window"/> it looks wrong.</summary>
    public const int MostRefusedOfAccount = 10, MostRefusedOfAddress = 30, MostDownloads = 50, MostAccessRefused = 10;

    /// <summary>An account that came so often is expected where it came from.</summary>
    const int OftenEnough = 3;

    static readonly AuditAction[] Takings = [AuditAction.Downloaded, AuditAction.PersonalRead, AuditAction.AuditExported];

    static readonly TimeSpan MorningBegins = TimeSpan.FromHours(5);

    /// <summary>Adds alarms to what the context will save.</summary>
    public static async Task Look(this JiqunDb db, IReadOnlyList<AuditRow> rows)
    {
        foreach (var group in rows.Where(r => r.Action is AuditAction.SignInRefused && r.Subject is not null).GroupBy(r => r.Subject))
            await Many(db, AlarmKind.SignInsRefused, group.Last(), group.Key, r => r.Action == AuditAction.SignInRefused && r.Subject == group.Key, MostRefusedOfAccount);
        foreach (var group in rows.Where(r => r.Action is AuditAction.SignInRefused && r.Address.Length > 0).GroupBy(r => r.Address))
            await Many(db, AlarmKind.AddressRefused, group.Last(), null, r => r.Action == AuditAction.SignInRefused && r.Address == group.Key, MostRefusedOfAddress);
        foreach (var group in rows.Where(r => Takings.Contains(r.Action) && r.AccountId is not null).GroupBy(r => r.AccountId))
            await Many(db, AlarmKind.ManyDownloads, group.Last(), group.Key, r => Takings.Contains(r.Action) && r.AccountId == group.Key, MostDownloads);
        foreach (var group in rows.Where(r => r.Action is AuditAction.AccessRefused && r.AccountId is not null).GroupBy(r => r.AccountId))
            await Many(db, AlarmKind.AccessRefused, group.Last(), group.Key, r => r.Action == AuditAction.AccessRefused && r.AccountId == group.Key, MostAccessRefused);
        foreach (var entered in rows.Where(r => r.Action is AuditAction.SignIn && r.AccountId is not null))
            await SignIn(db, entered);
    }

    static async Task Many(JiqunDb db, AlarmKind kind, AuditRow last, Guid? account, Expression<Func<AuditRow, bool>> alike, int most)
    {
        var since = last.At - Window;
        var count = await db.Audit.ButSaves().Where(r => r.At > since && r.At <= last.At).CountAsync(alike);
        if (count >= most)
            await Raise(db, kind, last, account, count);
    }

    static async Task SignIn(JiqunDb db, AuditRow entered)
    {
        var account = entered.AccountId;
        var earlier = await db.Audit.ButSaves().Where(r => r.Subject == account && r.Action == AuditAction.SignIn && r.Id < entered.Id).OrderByDescending(r => r.Id).Take(200).Select(r => r.Address).ToListAsync();
        if (entered.Address.Length > 0 && earlier.Count >= OftenEnough && !earlier.Contains(entered.Address))
            await Raise(db, AlarmKind.NewAddress, entered, account, 1);
        if (Beijing.Local(entered.At).TimeOfDay < MorningBegins
            && await db.Users.AnyAsync(a => a.Id == account && (a.Role == Role.SystemAdministrator || a.Role == Role.SecurityAdministrator || a.Role == Role.AuditAdministrator)))
            await Raise(db, AlarmKind.AtNight, entered, account, 1);
    }

    /// <summary>Raises, and saves, what the portal found wrong with the chain itself. It is one alarm until somebody has looked, and another if it goes on then.</summary>
    /// <returns>False when it was told within <see cref="Window"/>, by whichever process.</returns>
    public static async Task<bool> RaiseOfChain(this JiqunDb db, AlarmKind kind, DateTime now)
    {
        var last = await db.Alarms.Where(a => a.Kind == kind).OrderByDescending(a => a.Last).FirstOrDefaultAsync();
        if (last is not null && now - last.Last < Window)
            return false;
        if (last is { DoneAt: null })
            (last.Last, last.Count) = (now, last.Count + 1);
        else
            db.Add(new Alarm { Id = Guid.CreateVersion7(now), Kind = kind, AccountId = null, Address = "", Since = now, Last = now, Count = 1 });
        await db.SaveChangesAsync();
        return true;
    }

    /// <summary>What goes on is one alarm.</summary>
    static async Task Raise(JiqunDb db, AlarmKind kind, AuditRow row, Guid? account, int count)
    {
        var since = row.At - Window;
        var open = db.Alarms.Local.FirstOrDefault(a => a.Kind == kind && a.AccountId == account && (account is not null || a.Address == row.Address))
            ?? await db.Alarms.FirstOrDefaultAsync(a => a.Kind == kind && a.AccountId == account && (account != null || a.Address == row.Address) && a.DoneAt == null && a.Last > since);
        if (open is null)
        {
            db.Add(new Alarm { Id = Guid.CreateVersion7(row.At), Kind = kind, AccountId = account, Address = row.Address, Since = row.At, Last = row.At, Count = count });
            return;
        }
        (open.Last, open.Address, open.Count) = (row.At, row.Address, Math.Max(open.Count + (count == 1 ? 1 : 0), count));
    }
}
