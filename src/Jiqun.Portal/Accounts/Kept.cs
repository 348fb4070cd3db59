using System.Text;
using Jiqun.Core;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Http;

namespace Jiqun.Portal.Accounts;

/// <summary>What a page wanted to send when nobody was signed in any more: carried through the sign-in in hidden inputs, and sent by a button afterwards.</summary>
/// <param name="Address">Where to, on this site.</param>
public sealed record Kept(string Address, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    /// <summary>Marks an endpoint whose requests are not kept: they bear passwords or files, or are a single click.</summary>
    public sealed record Never;

    /// <summary>Name of the hidden input with the address, and the beginning of those with the fields.</summary>
    public const string AddressName = "kept", Prefix = "kept:";

    const int MostFields = 1000, MostBytes = 1024 * 1024;

    /// <summary>Whether what was sent is to be kept: a form of a page of ours.</summary>
    public static bool Allows(HttpContext http) =>
        HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType && http.Request.IsFromOwnPage() && http.GetEndpoint()?.Metadata.GetMetadata<Never>() is null;

    /// <summary>The form of a request; refused when it is too large.</summary>
    public static async Task<Outcome<Kept>> Of(HttpContext http)
    {
        IFormCollection form;
        try
        {
            form = await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (InvalidDataException)                        // more fields, or longer names, than are read at all
        {
            return TooMuch();
        }
        var fields = (from field in form
                      where field.Key != "__RequestVerificationToken" && !field.Key.Contains("password", StringComparison.OrdinalIgnoreCase)
                      from value in field.Value
                      select KeyValuePair.Create(field.Key, value ?? "")).ToList();
        return fields.Count > MostFields || fields.Sum(f => Encoding.UTF8.GetByteCount(f.Key) + Encoding.UTF8.GetByteCount(f.Value)) > MostBytes
            ? TooMuch()
            : new Kept(LocalAddress.Of($"{http.Request.Path}{http.Request.QueryString}"), fields);
    }

    /// <summary>What a page on the way carries on; null when there is nothing.</summary>
    public static Kept? In(IFormCollection form) =>
        form[AddressName] is [{ } address]
            ? new Kept(LocalAddress.Of(address),
                [.. from field in form
                    where field.Key.StartsWith(Prefix, StringComparison.Ordinal)
                    from value in field.Value
                    select KeyValuePair.Create(field.Key[Prefix.Length..], value ?? "")])
            : null;

    static Finding TooMuch() => Finding.Error("kept-too-much", null, Words.Of("kept-too-much"));
}
