using Jiqun.Core.Identifiers;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Mails;

/// <summary>How the way to the mail server is kept from listeners.</summary>
public enum MailSecurity
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>STARTTLS, or nothing is sent.</summary>
    StartTls,

    /// <summary>TLS from the beginning.</summary>
    Tls,
}

/// <summary>Through which server mails go, and what stands in them.</summary>
/// <param name="From">Address of the sender.</param>
/// <param name="Address">The portal as people reach it: links begin with it.</param>
public sealed record MailSettings(string Host, int Port, MailSecurity Security, string From, Uri Address)
{
    /// <summary>Null for a server that asks for none; so the next.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Until the server has greeted, TLS stands and it knows the user.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For one mail.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From one look at what is to be sent to the next.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From a server that does not answer to the next try.</summary>
    public TimeSpan LongPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <param name="server"><c>smtp://user@host:587</c>, <c>smtps://</c> for TLS from the beginning, <c>smtp+plain://</c> for none; as the next two null when not given.</param>
    /// <param name="from">Address of the sender.</param>
    /// <param name="address">The portal as people reach it.</param>
    /// <param name="password">Null when there is none.</param>
    /// <returns>Null when no mail is to be sent.</returns>
    /// <exception cref="StartException">They cannot be used: which and why.</exception>
    public static MailSettings? Read(string? server, string? from, string? address, string? password)
    {
        if (server is null && from is null && address is null)
            return null;
        if (server is null || from is null || address is null)
            throw new StartException(Words.Of("start-mail-together"));
        if (!Uri.TryCreate(server, UriKind.Absolute, out var uri) || Secured(uri) is not { } security || uri.Host.Length == 0 || uri.PathAndQuery is not ("" or "/") || uri.Fragment.Length > 0)
            throw new StartException(Words.Of("start-mail", uri is { UserInfo.Length: > 0 } ? server.Replace(uri.UserInfo, "…", StringComparison.Ordinal) : server));
        if (uri.UserInfo.Contains(':'))
            throw new StartException(Words.Of("start-mail-password"));
        var user = uri.UserInfo.Length > 0 ? Uri.UnescapeDataString(uri.UserInfo) : null;
        if (user is not null && string.IsNullOrEmpty(password))
            throw new StartException(Words.Of("start-mail-no-password", user));
        if (!EmailAddress.IsOne(from))
            throw new StartException(Words.Of("start-mail-from", from));
        if (!Uri.TryCreate(address, UriKind.Absolute, out var portal) || portal.Scheme is not ("http" or "https") || portal is not { UserInfo: "", PathAndQuery: "/", Fragment: "" })
            throw new StartException(Words.Of("start-mail-address", address));
        return new MailSettings(uri.IdnHost, uri.Port > 0 ? uri.Port : UsualPort(uri.Scheme), security, from, portal) { User = user, Password = user is null ? null : password };
    }

    /// <summary>Null for what is no mail server.</summary>
    static MailSecurity? Secured(Uri server) => server.Scheme switch
    {
        "smtp" => server.IsLoopback ? MailSecurity.None : MailSecurity.StartTls,
        "smtps" => MailSecurity.Tls,
        "smtp+plain" => MailSecurity.None,
        _ => null,
    };

    static int UsualPort(string scheme) => scheme is "smtps" ? 465 : scheme is "smtp" ? 587 : 25;

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
