using System.CommandLine;
using System.CommandLine.Invocation;

namespace Jiqun.Cli;

/// <summary>Prints the help of a command, from the messages: the library's own has no examples and, without ICU, only English.</summary>
sealed class PrintHelp : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(Messages.Of($"help-{parseResult.CommandResult.Command.Name}"));
        return ExitStatus.Fine;
    }
}
