using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Portal.Evidence;

namespace Jiqun.Portal.Entries;

/// <summary>What a submission freezes.</summary>
/// <param name="Json">Canonical JSON (RFC 8785), UTF-8.</param>
/// <param name="Digest">SHA-256 of it, lower-case hex.</param>
/// <param name="Personal">The values that it bears as commitments only.</param>
public sealed record FrozenContent(byte[] Json, string Digest, IReadOnlyList<(string Field, byte[] Salt, string Value)> Personal)
{
    /// <summary>Freezes a draft.</summary>
    /// <param name="evidence">What is attached: by its digests it is frozen, too.</param>
    /// <param name="previous">Digest of the entry's submission before; null for the first.</param>
    public static FrozenContent Of(Form form, EntryHead entry, Draft draft, FilledForm filled, IReadOnlyList<EvidenceFile> evidence, int number, string? previous, DateTime at)
    {
        JsonObject answers = [], personal = [], codes = [];
        List<(string, byte[], string)> apart = [];
        foreach (var field in form.EntrantFields)
        {
            if (filled.Answers[field.Id] is not { } value)
                continue;
            if (field.Personal)
            {
                var salt = RandomNumberGenerator.GetBytes(16);
                personal[field.Id] = Commitment.Of(salt, value.Written);
                apart.Add((field.Id, salt, value.Written));
                continue;
            }
            answers[field.Id] = Node(value);
            if (filled.Codes.TryGetValue(field.Id, out var found))
                codes[field.Id] = new JsonArray([.. found.Select(c => (JsonNode)c)]);
        }
        var content = new JsonObject
        {
            ["answers"] = answers,
            ["baseYear"] = entry.BaseYear,
            ["codes"] = codes,
            ["entry"] = entry.Id.ToString(),
            ["evidence"] = new JsonArray([.. evidence.Select(f => (JsonNode)new JsonObject { ["digest"] = f.Digest, ["field"] = f.Field, ["name"] = f.Name, ["size"] = f.Size })]),
            ["explanations"] = new JsonArray([.. draft.Explanations.Where(e => filled.Findings.Any(f => f.Field == e.Place.Field && f.Code == e.Place.Code)).Select(e => (JsonNode)new JsonObject { ["field"] = e.Place.Field, ["code"] = e.Place.Code, ["text"] = e.Standing.Text })]),
            ["findings"] = new JsonArray([.. filled.Findings.Where(f => f.Field is not null).Select(f => (JsonNode)new JsonObject { ["field"] = f.Field, ["code"] = f.Code })]),
            ["form"] = form.Id,
            ["formDigest"] = form.Digest,
            ["number"] = number,
            ["organisation"] = new JsonObject { ["id"] = entry.OrganisationId.ToString(), ["name"] = entry.OrganisationName },
            ["personal"] = personal,
            ["previous"] = previous,
            ["round"] = new JsonObject { ["id"] = entry.RoundId.ToString(), ["name"] = entry.RoundName },
            ["sample"] = entry.IsSample,
            ["submittedAt"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        var json = CanonicalJson.Of(content);
        return new FrozenContent(json, Convert.ToHexStringLower(SHA256.HashData(json)), apart);
    }

    /// <summary>An entry with names and base year as they were frozen, whatever organisation and round say now.</summary>
    public static EntryHead Head(EntryHead entry, byte[] json)
    {
        var frozen = JsonNode.Parse(json)!;
        return entry with
        {
            OrganisationName = frozen["organisation"]!["name"]!.GetValue<string>(),
            RoundName = frozen["round"]!["name"]!.GetValue<string>(),
            BaseYear = frozen["baseYear"]!.GetValue<int>(),
        };
    }

    /// <summary>What was frozen, personal values put back.</summary>
    /// <param name="personal">Those that are still kept, and wanted; the others' fields are empty.</param>
    public static FrozenForm Read(Form form, byte[] json, IEnumerable<(string Field, string Value)> personal)
    {
        using var document = JsonDocument.Parse(json);
        var frozen = document.RootElement;
        var answered = frozen.GetProperty("answers");
        var plain = personal.ToDictionary(p => p.Field, p => p.Value);
        var explanations = frozen.GetProperty("explanations").EnumerateArray().ToLookup(e => (Text(e, "field"), Text(e, "code")), e => Text(e, "text"));
        return new FrozenForm(
            FormAnswers.Of(
                from field in form.EntrantFields
                let written = answered.TryGetProperty(field.Id, out var value) ? Written(value) : plain.GetValueOrDefault(field.Id)
                where written is not null
                let read = Reading.Of(field, written).Value
                where read is not null
                select (field.Id, read)),
            frozen.GetProperty("codes").EnumerateObject().ToDictionary(c => c.Name, c => (IReadOnlyList<string>)[.. c.Value.EnumerateArray().Select(v => v.GetString()!)]),
            [.. frozen.GetProperty("findings").EnumerateArray().Select(f => new FrozenFinding(Text(f, "field"), Text(f, "code"), explanations[(Text(f, "field"), Text(f, "code"))].FirstOrDefault() ?? ""))]);

        static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
    }

    /// <summary>As a person would write it: canonical JSON has 1e-7 for 0.0000001.</summary>
    static string Written(JsonElement value) => value.ValueKind is JsonValueKind.Number ? value.GetDecimal().ToString(CultureInfo.InvariantCulture) : value.ToString();

    /// <summary>Numbers as JSON numbers where a double holds them exactly; more digits than that as text, since canonical JSON would lose them.</summary>
    static JsonNode Node(Value value) => value switch
    {
        NumberValue { Number: var number } when Math.Abs(number) <= 1e15m && (decimal)(double)number == number => (double)number,
        _ => value.Written,
    };
}

/// <summary>A submission, read.</summary>
/// <param name="Codes">Field id → recognised classes or divisions.</param>
/// <param name="Findings">Those with which it was submitted: warnings about a field.</param>
public sealed record FrozenForm(FormAnswers Answers, IReadOnlyDictionary<string, IReadOnlyList<string>> Codes, IReadOnlyList<FrozenFinding> Findings);

/// <param name="Explanation">情况说明; empty when there is none.</param>
public sealed record FrozenFinding(string Field, string Code, string Explanation);
