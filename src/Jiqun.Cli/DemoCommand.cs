using System.CommandLine;
using Jiqun.Portal;
using Jiqun.Portal.Storage;

namespace Jiqun.Cli;

/// <summary><c>jiqun demo</c>: the portal on a fresh database with a sample round.</summary>
static class DemoCommand
{
    public static Command Make()
    {
        var urls = new Option<string>("--urls") { DefaultValueFactory = _ => ServeCommand.DefaultUrl };
        var data = new Option<string?>("--data");
        var command = new Command("demo") { urls, data };
        command.SetAction(async (given, _) =>
        {
            if (given.GetValue(data) is { } folder)
                return Database.IsIn(folder) ? throw new StartException(Messages.Of("demo-not-fresh", folder)) : await Run(folder, given.GetValue(urls)!);
            folder = Path.Combine(Path.GetTempPath(), $"jiqun-demo-{Guid.NewGuid():N}");
            try
            {
                return await Run(folder, given.GetValue(urls)!);
            }
            finally
            {
                if (Directory.Exists(folder))
                    Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    static async Task<int> Run(string folder, string urls)
    {
        await using var store = Database.InFolder(folder);
        return await ServeCommand.Run(store, urls, null, async settings =>
        [
            Messages.Of("demo-accounts"),
            .. (await Demo.Fill(settings)).Select(a => $"  {a.UserName,-12} {a.Password}   {a.Organisation}"),
        ]);
    }
}
