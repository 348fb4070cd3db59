using Jiqun.Core.Approvals;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Rounds;

/// <summary>The definition of a form that a round has pinned is another one now, or is gone: our own mistake, never a user's.</summary>
public sealed class PinnedFormException(string message) : Exception(message);

static class PinnedForms
{
    /// <summary>Sees to it that every round's form is still what it was when the round took it, and that every entry stands where the form's way knows a state.</summary>
    /// <exception cref="PinnedFormException">It is not. Says which form, which rounds, and what to do.</exception>
    public static async Task Check(JiqunDb db, FormLibrary forms, ApprovalLibrary approvals)
    {
        var pinned = await db.Rounds.Select(r => new { r.Name, r.FormId, r.FormDigest }).ToListAsync();
        var wrong = from p in pinned
                    let form = forms.Find(p.FormId)
                    where form?.Digest != p.FormDigest
                    group p.Name by (p.FormId, Missing: form is null) into rounds
                    orderby rounds.Key.FormId
                    select Words.Of(rounds.Key.Missing ? "pinned-form-missing" : "pinned-form-changed", rounds.Key.FormId, string.Join('、', rounds.Distinct()));
        var standing = await (from e in db.Entries join r in db.Rounds on e.RoundId equals r.Id select new { r.FormId, e.Status }).Distinct().ToListAsync();
        var lost = from s in standing
                   where approvals.Of(s.FormId).States.All(state => state.Id != s.Status)
                   orderby s.FormId, s.Status
                   select Words.Of("pinned-state-missing", s.FormId, s.Status);
        if (wrong.Concat(lost).ToList() is { Count: > 0 } sentences)
            throw new PinnedFormException(string.Join('\n', sentences));
    }
}
