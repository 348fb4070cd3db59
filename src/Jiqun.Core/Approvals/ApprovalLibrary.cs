namespace Jiqun.Core.Approvals;

/// <summary>The ways of entries that are known, by the form's id.</summary>
public sealed class ApprovalLibrary(IReadOnlyDictionary<string, Approval> approvals)
{
    static readonly Lazy<ApprovalLibrary> Embedded = new(() => new(
        (from name in Resources.Names("forms/")
         where name.EndsWith("/approval.yaml", StringComparison.Ordinal)
         select name).ToDictionary(n => n["forms/".Length..^"/approval.yaml".Length], n => ApprovalReader.Read(n, Resources.Text(n)))));

    /// <summary>A form without a way of its own: what is submitted stays submitted.</summary>
    static readonly Approval Plain = new(
        [new("draft", new Text("填报中", "Being filled in"), [Office.Entrant], InQuota: false), new("submitted", new Text("已报送", "Submitted"), [], InQuota: false)],
        [new("submit", new Text("报送", "Submit"), ["draft"], "submitted", null, Carried.Submission, Each: false, NeedsReason: false, IsLate: false)]);

    /// <summary>Those that come with the product, from <c>forms/</c>.</summary>
    public static ApprovalLibrary Builtin => Embedded.Value;

    /// <param name="form">With version: <c>cluster-entry/2021</c>.</param>
    public Approval Of(string form) => approvals.GetValueOrDefault(form) ?? Plain;
}
