namespace Jiqun.Samples;

/// <summary>One way in which people fill in, re-lay or save a form. None changes what the answers are.</summary>
public enum Habit
{
    // labels
    SpacedLabels,
    LabelsOverTwoParagraphs,
    LabelsOverTwoLines,
    MisprintedLabels,
    LabelsWithoutUnit,
    HalfWidthBrackets,
    LabelsWithColon,
    LabelsWithHalfWidthColon,
    LabelAndValueInOneCell,
    LabelAndValueAsTwoParagraphs,
    NumberedLabels,
    StarredLabels,
    YearForLastYear,
    UnitsAsWords,
    MisspeltLabel,

    // values
    HintsKept,
    HintsKeptAsParagraph,
    HintPunctuationChanged,
    HintHalfWidth,
    HintSpaced,
    UnitsInValues,
    FullWidthDigits,
    ThousandsSeparators,
    Approximate,
    DatesWithDots,
    DatesInChineseDigits,
    PhonesInBrackets,
    PhonesSpaced,
    EmptyParagraphs,
    IdeographicIndents,
    TrailingSpaces,

    // layout
    OneTable,
    SeveralTables,
    ExtraEmptyRows,
    ExtraEmptyColumns,
    NoColumnSpans,
    LegacyColumnSpans,
    NoRowSpans,
    GroupLabelRepeated,
    GridBeforeAndAfter,
    EmailInTwoCells,
    PairsInTwoCells,
    IndicatorsInTwoColumns,
    IndicatorsNumbered,
    IndicatorHeaderRow,
    LabelsAboveValues,
    OpinionLabelInOwnCell,
    OpinionInSeveralRows,
    SealInBrackets,
    SealSpacedWithColon,
    SealAsOfficialSeal,
    SealAndDateOnOneLine,
    SignatureBeforeSeal,
    SignatureWithSeal,
    RowsReordered,
    BlocksReordered,
    OuterTable,
    SectionTitlesAsRows,
    NarrativeInSeveralRows,
    TableInNarrative,
    TitlePage,
    NotesAsRow,
    NotesAbridged,
    TableBefore,
    TableAfter,
    FillerLine,

    // Word and WPS
    SplitRuns,
    Bookmarked,
    TrackedInsertions,
    TrackedDeletions,
    TrackedMoves,
    TrackedFormatting,
    DeletedRow,
    InsertedRow,
    DeletedParagraphMark,
    HiddenText,
    HiddenByStyle,
    TextBoxes,
    Comments,
    Footnotes,
    Hyperlinks,
    ComplexFields,
    NestedFields,
    SimpleFields,
    FormFields,
    SmartTags,
    CustomXml,
    Ruby,
    BlockControls,
    RowControls,
    CellControls,
    RunControls,
    TaggedControls,
    SoftHyphens,
    NoBreakHyphens,
    Tabs,
    LineBreaks,
    CarriageReturns,
    PageBreaks,
    StrictNamespaces,
    OtherMainPart,
    Utf16,
    OtherPrefix,
    DefaultNamespace,
}

/// <summary>The habits of one writer.</summary>
public sealed record Habits(IReadOnlySet<Habit> Of)
{
    /// <summary>Of each row at most one: they answer the same question differently, or together leave nothing to go by.</summary>
    static readonly Habit[][] Clashes =
    [
        [Habit.SpacedLabels, Habit.LabelsOverTwoParagraphs, Habit.LabelsOverTwoLines, Habit.MisspeltLabel],
        [Habit.MisprintedLabels, Habit.MisspeltLabel],
        [Habit.NumberedLabels, Habit.StarredLabels, Habit.MisspeltLabel],
        [Habit.YearForLastYear, Habit.MisprintedLabels, Habit.MisspeltLabel],
        [Habit.LabelsWithoutUnit, Habit.UnitsAsWords],
        [Habit.NoColumnSpans, Habit.LegacyColumnSpans],
        [Habit.LabelsWithColon, Habit.LabelsWithHalfWidthColon],
        [Habit.LabelsWithoutUnit, Habit.HalfWidthBrackets],
        [Habit.LabelAndValueInOneCell, Habit.LabelAndValueAsTwoParagraphs, Habit.IndicatorsInTwoColumns, Habit.LabelsAboveValues, Habit.MisspeltLabel],
        [Habit.LabelAndValueInOneCell, Habit.LabelAndValueAsTwoParagraphs, Habit.IndicatorsNumbered, Habit.LabelsAboveValues, Habit.MisspeltLabel],
        [Habit.LabelAndValueInOneCell, Habit.LabelAndValueAsTwoParagraphs, Habit.IndicatorHeaderRow, Habit.LabelsAboveValues, Habit.MisspeltLabel],
        [Habit.RowsReordered, Habit.MisspeltLabel],
        [Habit.BlocksReordered, Habit.MisspeltLabel],
        [Habit.HintsKept, Habit.HintsKeptAsParagraph],
        [Habit.HintHalfWidth, Habit.HintPunctuationChanged],
        [Habit.DatesWithDots, Habit.DatesInChineseDigits],
        [Habit.PhonesInBrackets, Habit.PhonesSpaced],
        [Habit.NoRowSpans, Habit.GroupLabelRepeated, Habit.GridBeforeAndAfter],
        [Habit.OpinionLabelInOwnCell, Habit.OpinionInSeveralRows],
        [Habit.SealInBrackets, Habit.SealSpacedWithColon, Habit.SealAsOfficialSeal],
        [Habit.SealAndDateOnOneLine, Habit.OpinionInSeveralRows, Habit.SignatureWithSeal],
        [Habit.SignatureBeforeSeal, Habit.SignatureWithSeal],
        [Habit.NarrativeInSeveralRows, Habit.TaggedControls],
        [Habit.NarrativeInSeveralRows, Habit.TableInNarrative],
        [Habit.LineBreaks, Habit.CarriageReturns, Habit.DeletedParagraphMark],
        [Habit.LineBreaks, Habit.CarriageReturns, Habit.NarrativeInSeveralRows],
        [Habit.LineBreaks, Habit.CarriageReturns, Habit.TableInNarrative],
        [Habit.LineBreaks, Habit.CarriageReturns, Habit.SignatureWithSeal],
        [Habit.DeletedParagraphMark, Habit.NarrativeInSeveralRows],
        [Habit.DeletedParagraphMark, Habit.HiddenByStyle],
        [Habit.OpinionInSeveralRows, Habit.TableInNarrative],
        [Habit.SignatureWithSeal, Habit.TaggedControls],
        [Habit.LabelAndValueInOneCell, Habit.LabelAndValueAsTwoParagraphs, Habit.TableInNarrative],
        [Habit.OtherPrefix, Habit.DefaultNamespace],
        [Habit.ComplexFields, Habit.NestedFields, Habit.SimpleFields, Habit.FormFields],
    ];

    public static Habits None { get; } = With();

    public static Habits With(params IEnumerable<Habit> habits) => new(habits.ToHashSet());

    /// <summary>A few habits that can go together; the same for the same seed.</summary>
    public static Habits Some(int seed)
    {
        var dice = new Random(seed);
        var all = Enum.GetValues<Habit>();
        dice.Shuffle(all);
        var count = dice.Next(2, 10);
        var chosen = new HashSet<Habit>();
        foreach (var habit in all)
        {
            if (chosen.Count < count && !Clashes.Any(c => c.Contains(habit) && c.Any(chosen.Contains)))
                chosen.Add(habit);
        }
        return new Habits(chosen);
    }

    public bool Has(Habit habit) => Of.Contains(habit);

    public override string ToString() => Of.Count == 0 ? "none" : string.Join("+", Of.Order());
}
