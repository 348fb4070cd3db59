using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Jiqun.Portal.Mails;

/// <summary>What came of an attempt to send a mail.</summary>
enum Sending
{
    /// <summary>The server has it.</summary>
    Taken,

    /// <summary>Not to this recipient, ever.</summary>
    Refused,

    /// <summary>Not now.</summary>
    Later,

    /// <summary>The server did not answer, or answered what nobody understands: the connection is of no more use.</summary>
    Broken,
}

/// <summary>One connection to the mail server. No answer of it is waited for without end, and none is an exception.</summary>
sealed class MailServer(MailSettings settings) : IAsyncDisposable
{
    /// <summary>Characters of what a server says that are kept.</summary>
    public const int LongestReply = 500;

    // an isolated network reaches nobody who could be asked whether a certificate was revoked
    readonly SmtpClient client = new() { CheckCertificateRevocation = false };

    /// <returns>Why there is no connection; null when there is one.</returns>
    public async Task<string?> Connect(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(settings.ConnectTimeout);
        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, settings.Security switch
            {
                MailSecurity.None => SecureSocketOptions.None,
                MailSecurity.StartTls => SecureSocketOptions.StartTls,
                MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
            }, patience.Token);
            if (settings.User is not null)
                await client.AuthenticateAsync(Encoding.UTF8, settings.User, settings.Password ?? "", patience.Token);
            return null;
        }
        catch (Exception why)
        {
            return Said(why);
        }
    }

    /// <returns>With what the server said when it did not take the mail.</returns>
    public async Task<(Sending Result, string? Reply)> Send(Letter letter)
    {
        using var patience = new CancellationTokenSource(settings.SendTimeout);
        try
        {
            using var message = Message(letter);
            await client.SendAsync(message, patience.Token);
            return (Sending.Taken, null);
        }
        catch (SmtpCommandException why) when (client.IsConnected)
        {
            return (why.ErrorCode is SmtpErrorCode.RecipientNotAccepted && (int)why.StatusCode >= 500 ? Sending.Refused : Sending.Later, Said(why, $"{(int)why.StatusCode} "));
        }
        catch (Exception why)
        {
            return (Sending.Broken, Said(why));
        }
    }

    MimeMessage Message(Letter letter) => new(
        [MailboxAddress.Parse(settings.From)], [MailboxAddress.Parse(letter.To)], letter.Subject, new TextPart("plain") { Text = letter.Text })
    {
        MessageId = $"{letter.Id:N}@{settings.Address.IdnHost}",
        Date = letter.At,
        Headers = { { "Auto-Submitted", "auto-generated" } },          // no machine answers it
    };

    /// <summary>On one line, and not too long.</summary>
    static string Said(Exception why, string status = "")
    {
        var words = why is OperationCanceledException ? "time-out" : why.Message;
        var line = status + string.Join(' ', words.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        return new string([.. line.Where(c => !char.IsControl(c)).Take(LongestReply)]);
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await client.DisconnectAsync(quit: true, patience.Token);
        }
        catch (Exception)                                   // it is left anyhow
        {
        }
        client.Dispose();
    }
}
