using System.Security.Cryptography;
using CsCheck;
using Jiqun.Portal.Storage;
using Jiqun.Tests.Files;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Storage;

public sealed class MasterKeyTests
{
    static readonly MasterKey Key = MasterKey.Make();

    [Fact]
    public void What_is_encrypted_for_a_place_is_deciphered_there_and_nowhere_else() => Gen.String.Select(Gen.String[Gen.Char.AlphaNumeric, 0, 20], Gen.String[Gen.Char.AlphaNumeric, 0, 20]).Sample((text, place, elsewhere) =>
    {
        text = string.Concat(text.Where(c => !char.IsSurrogate(c)));
        var hidden = Key.Encrypt(text, place);
        Assert.NotEqual(hidden, Key.Encrypt(text, place));
        Assert.Equal(text, Key.Decrypt(hidden, place));
        if (elsewhere != place)
            Assert.ThrowsAny<CryptographicException>(() => Key.Decrypt(hidden, elsewhere));
        Assert.ThrowsAny<CryptographicException>(() => MasterKey.Make().Decrypt(hidden, place));
    }, iter: 200);

    [Fact]
    public void One_changed_character_is_found()
    {
        var hidden = Key.Encrypt("13812341234", "here");
        Gen.Int[0, hidden.Length - 1].Select(Gen.Char.AlphaNumeric).Sample((at, other) =>
        {
            if (hidden[at] != other)
                Assert.ThrowsAny<CryptographicException>(() => Key.Decrypt(hidden[..at] + other + hidden[(at + 1)..], "here"));
        }, iter: 500);
    }

    [Fact]
    public void A_file_gives_the_same_key_and_no_other_text_gives_one()
    {
        using var folder = new TestFolder();
        Key.Write(folder["key"]);
        var again = MasterKey.Read(folder["key"]);
        Assert.Equal(Key.Id, again.Id);
        Assert.Equal("text", again.Decrypt(Key.Encrypt("text", "here"), "here"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["key"]));
        Assert.Throws<StartException>(() => { Key.Write(folder["key"]); });

        var text = File.ReadAllText(folder["key"]).Trim();
        Gen.Int[0, text.Length - 1].Select(Gen.Char.AlphaNumeric).Sample((at, other) =>
        {
            if (text[at] == other)
                return;
            File.WriteAllText(folder["other"], text[..at] + other + text[(at + 1)..]);
            Assert.Throws<StartException>(() => { MasterKey.Read(folder["other"]); });
        }, iter: 200, threads: 1);
        Assert.Throws<StartException>(() => { MasterKey.Read(folder["missing"]); });

        // two bits of the last character of the secret stand for nothing: four characters would be read as one
        var last = text.LastIndexOf("=:", StringComparison.Ordinal) - 1;
        Assert.All("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".Where(c => c != text[last]), other =>
        {
            File.WriteAllText(folder["other"], text[..last] + other + text[(last + 1)..]);
            Assert.Throws<StartException>(() => { MasterKey.Read(folder["other"]); });
        });
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Keys_of_cookies_are_not_readable_in_the_database(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.Browser("promoter");
        await using var db = portal.Database.Open();
        var keys = await db.DataProtectionKeys.Select(k => k.Xml!).ToListAsync();
        Assert.NotEmpty(keys);
        Assert.All(keys, xml => Assert.DoesNotContain("<masterKey", xml, StringComparison.Ordinal));
        Assert.All(keys, xml => Assert.Contains("<wrapped", xml, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_opens_with_its_own_key_alone()
    {
        using var folder = new TestFolder();
        await using (var database = Database.InFolder(folder["data"]))
            await database.Migrate();
        var own = Path.Combine(folder["data"], MasterKey.FileName);

        MasterKey.Make().Write(folder["other"]);
        await using (var other = Database.InFolder(folder["data"], folder["other"]))
            await Assert.ThrowsAsync<StartException>(other.Migrate);

        File.Move(own, folder["elsewhere"]);
        await using (var missing = Database.InFolder(folder["data"]))
            await Assert.ThrowsAsync<StartException>(missing.Migrate);
        Assert.False(File.Exists(own));                    // no second one is made beside data that needs the first

        await using var moved = Database.InFolder(folder["data"], folder["elsewhere"]);
        await moved.Migrate();
    }
}
