using Jiqun.Core.Definitions;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Rounds;

/// <summary>The definition of a form that a round has pinned is another one now, or is gone: our own mistake, never a user's.</summary>
public sealed class PinnedFormException(string message) : Exception(message);

static class PinnedForms
{
    /// <summary>Sees to it that every round's form is still what it was when the round took it.</summary>
    /// <exception cref="PinnedFormException">It is not. Says which form, which rounds, and what to do.</exception>
    public static async Task Check(JiqunDb db, FormLibrary forms)
    {
        var pinned = await db.Rounds.Select(r => new { r.Name, r.FormId, r.FormDigest }).ToListAsync();
        var wrong = from p in pinned
                    let form = forms.Find(p.FormId)
                    where form?.Digest != p.FormDigest
                    group p.Name by (p.FormId, Missing: form is null) into rounds
                    orderby rounds.Key.FormId
                    select Words.Of(rounds.Key.Missing ? "pinned-form-missing" : "pinned-form-changed", rounds.Key.FormId, string.Join('、', rounds.Distinct()));
        if (wrong.ToList() is { Count: > 0 } sentences)
            throw new PinnedFormException(string.Join('\n', sentences));
    }
}
