using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Figures;
using Jiqun.Core.Identifiers;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Entries;

/// <summary>指标值: one figure of one submission, for whoever reckons with figures and needs no form. Follows from the submission alone, and is made anew by <c>jiqun figures</c>.</summary>
public sealed class FigureRow
{
    public required Guid SubmissionId { get; init; }

    /// <summary>Id of a field, or of a derived figure of <c>figures.yaml</c>.</summary>
    public required string Field { get; init; }

    public required Guid RoundId { get; init; }

    public required Guid EntryId { get; init; }

    /// <summary>Division of GB/T 4754, two digits, of the first class that was recognised; empty when none was.</summary>
    public required string Industry { get; init; }

    /// <summary>Division of GB/T 2260, six digits, of the province of the first area that was recognised; empty when none was.</summary>
    public required string Province { get; init; }

    /// <summary>In the unit of the field, as near as a double comes.</summary>
    public required double Value { get; init; }
}

/// <summary>Makes the figures of a submission.</summary>
static class FigureRows
{
    public static readonly Into Table = new("figure", ["submission_id", "field", "round_id", "entry_id", "industry", "province", "value"]);

    /// <summary>In the order of the form.</summary>
    public static IEnumerable<FigureRow> Of(Guid submission, Guid entry, Guid round, Form form, FormAnswers answers, IReadOnlyDictionary<string, IReadOnlyList<string>> codes)
    {
        var figures = FigureSet.Builtin(form);
        var (industry, province) = (IndustryOf(form, codes) ?? "", ProvinceOf(form, codes) ?? "");
        return from figure in Figure.All(form, figures)
               let value = figure.Value(answers)
               where value is not null
               select new FigureRow { SubmissionId = submission, Field = figure.Id, RoundId = round, EntryId = entry, Industry = industry, Province = province, Value = value.Value };
    }

    /// <summary>In the order of the columns of <see cref="Table"/>.</summary>
    public static object[] Row(FigureRow figure) => [figure.SubmissionId, figure.Field, figure.RoundId, figure.EntryId, figure.Industry, figure.Province, figure.Value];

    /// <summary>行业大类: of the first class that was recognised; null when none was.</summary>
    public static string? IndustryOf(Form form, IReadOnlyDictionary<string, IReadOnlyList<string>> codes) =>
        FigureSet.Builtin(form).Industry(form) is { } field && codes.GetValueOrDefault(field, []) is [var first, ..] ? IndustryClasses.Path(first).ElementAtOrDefault(1)?.Code : null;

    static string? ProvinceOf(Form form, IReadOnlyDictionary<string, IReadOnlyList<string>> codes) =>
        form.EntrantFields.FirstOrDefault(f => f.Kind is FieldKind.Area) is { } area && codes.GetValueOrDefault(area.Id, []) is [var first, ..] ? Divisions.Province(first) : null;
}

sealed class FigureTable : IEntityTypeConfiguration<FigureRow>
{
    public void Configure(EntityTypeBuilder<FigureRow> figure)
    {
        figure.ToTable("figure");
        figure.HasKey(f => new { f.SubmissionId, f.Field });
        figure.Property(f => f.Field).HasMaxLength(100);
        figure.Property(f => f.Industry).HasMaxLength(2);
        figure.Property(f => f.Province).HasMaxLength(6);
        figure.HasIndex(f => new { f.RoundId, f.Field });
        figure.HasOne<Submission>().WithMany().HasForeignKey(f => f.SubmissionId).OnDelete(DeleteBehavior.Restrict);
    }
}
