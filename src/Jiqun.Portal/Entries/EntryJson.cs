using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Jiqun.Core;

namespace Jiqun.Portal.Entries;

/// <summary>What the page sends to save places.</summary>
/// <param name="Changes">Each place at most once.</param>
/// <param name="Account">Whose page it is; null when it is no page.</param>
sealed record SaveRequest(IReadOnlyList<SaveRequest.Item> Changes, Guid? Account = null)
{
    /// <param name="Version">The version that you saw; 0 when the place was never filled in.</param>
    /// <param name="Code">Null or empty for an answer; the finding's code for its explanation.</param>
    public sealed record Item(string Field, string Text, int Version, string? Code = null);
}

/// <summary>The state of a draft, as the page takes it after a save or when it asks for what is new.</summary>
/// <param name="At">Time of the server, as shown.</param>
/// <param name="Places">Places that were saved or changed by others, as they now stand.</param>
/// <param name="Findings">All of the form; null when nothing changed, as are the next two.</param>
/// <param name="Codes">By field, as shown.</param>
public sealed record DraftState(
    int Revision,
    string At,
    bool Fixed,
    IReadOnlyList<DraftState.PlaceState> Places,
    IReadOnlyList<DraftState.ConflictState> Conflicts,
    IReadOnlyList<DraftState.RefusedState> Refused,
    IReadOnlyList<DraftState.FindingState>? Findings,
    IReadOnlyDictionary<string, string>? Codes,
    IReadOnlyList<DraftState.SectionCount>? Sections)
{
    /// <param name="By">Name of who wrote it; null when it was oneself.</param>
    public sealed record PlaceState(string Field, string Code, string Text, int Version, string? By);

    /// <param name="Text">What stands there now.</param>
    /// <param name="Said">Who changed it and when, in the language of the page.</param>
    public sealed record ConflictState(string Field, string Code, string Text, int Version, string Said);

    /// <param name="Code">Of the place, not of the reason.</param>
    public sealed record RefusedState(string Field, string Code, FindingState Why);

    /// <param name="Explanation">Of a warning; empty when there is none.</param>
    public sealed record FindingState(string? Field, string Code, Severity Severity, string Message, string Explanation, int ExplanationVersion);

    public sealed record SectionCount(string Id, int Answered, int Asked, int Errors);
}

/// <summary>An industry class or a division that a picker offers.</summary>
/// <param name="Path">Names of what it belongs to, from the top.</param>
sealed record Choice(string Code, string Name, string Path);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SaveRequest))]
[JsonSerializable(typeof(DraftState))]
[JsonSerializable(typeof(IReadOnlyList<Choice>))]
sealed partial class EntryJson : JsonSerializerContext
{
    /// <summary>Chinese stays Chinese: shorter, and never put into HTML.</summary>
    public static EntryJson Plain { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<Severity>() },
    });
}
