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
            var folder = given.GetValue(data) ?? Path.Combine(Path.GetTempPath(), $"jiqun-demo-{Guid.NewGuid():N}");
            await using var store = Database.InFolder(folder);
            return await ServeCommand.Run(store, given.GetValue(urls)!, async settings =>
            {
                Console.Out.WriteLine(Messages.Of("demo-accounts"));
                foreach (var (userName, password, organisation) in await Demo.Fill(settings))
                    Console.Out.WriteLine($"  {userName,-12} {password}   {organisation}");
            });
        });
        return command;
    }
}
