using System.Security.Cryptography;
using System.Text;
using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>An invitation that can be accepted, as its page shows it.</summary>
/// <param name="Organisation">Null for administrators and experts.</param>
public sealed record OpenInvitation(string Invitee, Role Role, string? Organisation, DateTime ExpiresAt);

/// <summary>Makes the account of whoever holds the link, and signs the person in.</summary>
sealed class AcceptInvitation(JiqunDb db, UserManager<Account> accounts, Sessions sessions, Policies policies, TimeProvider clock)
{
    /// <summary>A secret for a link: 256 random bits.</summary>
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public static string Digest(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Null when there is no such invitation, or it was accepted or withdrawn or has expired, or its inviter's account is closed.</summary>
    public async Task<OpenInvitation?> Find(string secret)
    {
        if (await Invitation(secret) is not { } invitation)
            return null;
        var organisation = await db.Organisations.Where(o => o.Id == invitation.OrganisationId).Select(o => o.Name).FirstOrDefaultAsync();
        return new OpenInvitation(invitation.Invitee, invitation.Role, organisation, invitation.ExpiresAt);
    }

    public async Task<Outcome<Account>> Run(string secret, string userName, string fullName, string password, string repeated, HttpContext http)
    {
        if (await Invitation(secret) is not { } invitation)
            return Finding.Error("missing", null, Words.Of("invitation-closed"));
        if (!(await policies.Now()).Admits(invitation.Role, http.Connection.RemoteIpAddress))
            return Finding.Error("address", null, Words.Of(NotLetIn.Address));
        (userName, fullName) = (userName.Trim(), fullName.Trim());
        List<Finding> wrong = [];
        if (userName.Length is < 2 or > 50)
            wrong.Add(Finding.Error("user-name", "userName", Words.Of("user-name-wrong")));
        else if (PlainName.Read(userName, "userName").Refusal is { } unseen)
            wrong.AddRange(unseen);
        if (fullName.Length is < 1 or > 100)
            wrong.Add(Finding.Error("full-name", "fullName", Words.Of("full-name-wrong")));
        else if (PlainName.Read(fullName, "fullName").Refusal is { } unseen)
            wrong.AddRange(unseen);
        if (password != repeated)
            wrong.Add(Finding.Error("password-repeated", "repeated", Words.Of("password-repeated-wrong")));
        var now = clock.Now();
        var account = new Account
        {
            Id = Guid.CreateVersion7(now),
            UserName = userName,
            FullName = fullName,
            Role = invitation.Role,
            OrganisationId = invitation.OrganisationId,
            CreatedAt = now,
        };
        wrong.AddRange(await PasswordPolicy.Check(accounts, account, password));
        if (wrong.Count > 0)
            return wrong;

        await using var together = await db.Database.BeginTransactionAsync();
        try
        {
            var made = await accounts.CreateAsync(account, password);
            if (!made.Succeeded)
                return made.Findings().ToList();
        }
        catch (DbUpdateException)                           // somebody took the name just now
        {
            return Finding.Error("user-name-taken", "userName", Words.Of("user-name-taken"));
        }
        (invitation.AcceptedAt, invitation.AccountId) = (now, account.Id);
        db.Note(AuditAction.InvitationAccepted, account.Id, invitation.Id, now);
        db.Tell(NoticeKind.Joined, invitation.Id, account.Id, now, await Concerned(invitation));
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateConcurrencyException)                // accepted or withdrawn meanwhile
        {
            return Finding.Error("missing", null, Words.Of("invitation-closed"));
        }
        await together.CommitAsync();
        await sessions.Begin(account, http);
        return account;
    }

    /// <summary>The organisation that somebody joins, and whoever invited, if of another.</summary>
    async Task<IEnumerable<Guid>> Concerned(Invitation invitation)
    {
        var inviter = await db.Users.Where(a => a.Id == invitation.InvitedBy).Select(a => new { a.Id, a.OrganisationId }).SingleOrDefaultAsync();
        return [.. invitation.OrganisationId is { } joined ? [joined] : Array.Empty<Guid>(), .. inviter is not null && (inviter.OrganisationId is null || inviter.OrganisationId != invitation.OrganisationId) ? [inviter.Id] : Array.Empty<Guid>()];
    }

    async Task<Invitation?> Invitation(string secret)
    {
        var digest = Digest(secret);
        return await db.Invitations.OpenAt(db, clock.Now()).SingleOrDefaultAsync(i => i.SecretDigest == digest);
    }
}
