using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Storage;

/// <summary>The keys of cookies and tokens stand in the database encrypted with the master key.</summary>
sealed class WrapKey(Database database) : IXmlEncryptor
{
    internal const string Place = "data protection key";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement) =>
        new(new XElement("wrapped", database.Key.Encrypt(plaintextElement.ToString(SaveOptions.DisableFormatting), Place)), typeof(UnwrapKey));
}

/// <summary>Made by the framework, by its name, which stands beside each key.</summary>
sealed class UnwrapKey(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) => XElement.Parse(services.GetRequiredService<Database>().Key.Decrypt(encryptedElement.Value, WrapKey.Place));
}
