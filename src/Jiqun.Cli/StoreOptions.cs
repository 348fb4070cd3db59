using System.CommandLine;
using Jiqun.Core;
using Jiqun.Portal.Storage;

namespace Jiqun.Cli;

/// <summary>Which database a command is about, and where its master key is: <c>[--data DIR | --database CONNECTION] [--key FILE]</c>.</summary>
sealed class StoreOptions
{
    const string DefaultFolder = "jiqun-data";

    readonly Option<string?> data = new("--data"), database = new("--database"), key = new("--key");

    public void AddTo(Command command)
    {
        command.Options.Add(data);
        command.Options.Add(database);
        command.Options.Add(key);
    }

    /// <returns>To be disposed of; a refusal, already with what to do, where the options contradict each other.</returns>
    /// <exception cref="StartException">The folder or the connection cannot be used.</exception>
    public Outcome<Database> Open(ParseResult given)
    {
        var (folder, connection, keyFile) = (given.GetValue(data), given.GetValue(database), given.GetValue(key));
        return folder is not null && connection is not null ? Finding.Error("usage", null, Messages.Of("serve-both"))
            : connection is not null ? Database.OnServer(connection, keyFile ?? Path.Combine(DefaultFolder, MasterKey.FileName))
            : Database.InFolder(folder ?? DefaultFolder, keyFile);
    }

    /// <summary>The same, for a command that makes no database.</summary>
    /// <exception cref="StartException">There is none in the folder, or the connection cannot be used.</exception>
    public Outcome<Database> OpenThere(ParseResult given)
    {
        var folder = given.GetValue(data) ?? DefaultFolder;
        return given.GetValue(database) is null && !Database.IsIn(folder) ? throw new StartException(Messages.Of("no-database", folder)) : Open(given);
    }

    /// <summary>Null when it was not said.</summary>
    public string? KeyFile(ParseResult given) => given.GetValue(key);

    /// <summary>The option with which another command is about the same database, without secrets.</summary>
    public string Named(ParseResult given) => given.GetValue(database) is null ? $"--data {Printable.Of(given.GetValue(data) ?? DefaultFolder)}" : "--database …";
}
