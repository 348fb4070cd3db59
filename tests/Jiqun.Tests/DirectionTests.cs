using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Jiqun.Cli;
using Jiqun.Core.Checks;
using Jiqun.Documents.Word;

namespace Jiqun.Tests;

/// <summary>Core ← Documents ← Portal ← Cli, within Core one folder after the other, and within Portal each capability for itself, judged by what the compiler really referenced.</summary>
public sealed class DirectionTests
{
    /// <summary>Folders of Core; each uses only those before it. The first is the root.</summary>
    static readonly string[] Folders = ["", "Identifiers", "Definitions", "Answers", "Checks", "Sheets", "Approvals", "Figures"];

    static readonly Assembly Core = typeof(EntryCheck).Assembly, Documents = typeof(WordReader).Assembly, Portal = typeof(Jiqun.Portal.Portal).Assembly, Cli = typeof(Language).Assembly;

    static IEnumerable<string> References(Assembly assembly, params string[] forbidden) =>
        from used in assembly.GetReferencedAssemblies()
        where forbidden.Any(f => used.Name!.StartsWith(f, StringComparison.Ordinal))
        select $"{assembly.GetName().Name} → {used.Name}";

    [Fact]
    public void Core_knows_no_framework() => Assert.Empty(References(Core, "Jiqun.", "jiqun-cli", "Microsoft.", "System.CommandLine", "System.IO.Compression", "System.Xml", "System.Net"));

    [Fact]
    public void Documents_know_nothing_of_the_command_line() => Assert.Empty(References(Documents, "Jiqun.Portal", "Jiqun.Cli", "jiqun-cli", "Microsoft.", "System.CommandLine", "System.Console"));

    [Fact]
    public void The_portal_knows_nothing_of_the_command_line() => Assert.Empty(References(Portal, "Jiqun.Cli", "jiqun-cli", "System.CommandLine"));

    [Fact]
    public void The_tests_of_projects_can_fail()
    {
        Assert.NotEmpty(References(Core, "YamlDotNet"));
        Assert.NotEmpty(References(Documents, "Jiqun."));
        Assert.NotEmpty(References(Documents, "System.Xml"));
        Assert.NotEmpty(References(Cli, "Jiqun.Core"));
        Assert.NotEmpty(References(Cli, "Jiqun.Documents"));
        Assert.NotEmpty(References(Cli, "System.CommandLine"));
        Assert.NotEmpty(References(Cli, "Jiqun.Portal"));
        Assert.NotEmpty(References(Portal, "Microsoft.AspNetCore"));
        Assert.NotEmpty(References(Portal, "Jiqun.Documents"));
    }

    [Fact]
    public void A_folder_of_Core_uses_only_those_before_it() => Assert.Empty(Backwards(Folders));

    [Fact]
    public void Every_folder_of_Core_has_its_place() => Assert.Equal(Folders.Order(StringComparer.Ordinal), Core.GetTypes().Select(t => Folder(t)).OfType<string>().Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_test_of_folders_can_fail()
    {
        string[] reversed = [.. Folders.Reverse()];
        var found = Backwards(reversed).ToList();
        Assert.Contains("Checks.EntryCheck → Definitions.Form", found);                  // by a signature
        Assert.Contains("Checks.EntryCheck → Identifiers.Divisions", found);             // by a method's body only
        Assert.Contains("Definitions.FormReader → Definitions.Form", Uses(typeof(Jiqun.Core.Definitions.FormReader)).Select(u => $"Definitions.FormReader → {Short(u)}"));
        Assert.Contains(found, f => f.StartsWith("Sheets.", StringComparison.Ordinal));
        Assert.Contains(found, f => f.StartsWith("Answers.Reading → Definitions.", StringComparison.Ordinal));
    }

    static IEnumerable<string> Backwards(string[] order) =>
        (from type in Core.GetTypes()
         where Folder(type) is not null
         from used in Uses(type)
         where used.Assembly == Core && Folder(used) is { } to && Array.IndexOf(order, to) > Array.IndexOf(order, Folder(type))
         select $"{Short(type)} → {Short(used)}").Distinct();

    /// <summary>Null for what the compiler made without a namespace.</summary>
    static string? Folder(Type type, string project = "Jiqun.Core")
    {
        var name = type.Namespace;
        return name is null || !name.StartsWith(project, StringComparison.Ordinal) ? null : name == project ? "" : name[(project.Length + 1)..].Split('.')[0];
    }

    static string Short(Type type, string project = "Jiqun.Core") => Outermost(type).FullName![(project.Length + 1)..];

    static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Every type that a type names: in its bases, members' signatures, locals and instructions.</summary>
    static IEnumerable<Type> Uses(Type type)
    {
        var named = new List<Type?> { type.BaseType };
        named.AddRange(type.GetInterfaces());
        foreach (var member in type.GetMembers(Declared))
            named.AddRange(InSignature(member));
        foreach (var method in type.GetMembers(Declared).OfType<MethodBase>())
        {
            if (method.GetMethodBody() is not { } body)
                continue;
            named.AddRange(body.LocalVariables.Select(l => l.LocalType));
            named.AddRange(body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause).Select(c => c.CatchType));
            foreach (var member in Tokens(method, body.GetILAsByteArray()!))
                named.AddRange(InSignature(member).Append(member.DeclaringType));
        }
        return named.OfType<Type>().SelectMany(Parts).Distinct();
    }

    static IEnumerable<Type?> InSignature(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(p => p.ParameterType), .. method.GetGenericArguments()],
        MethodBase constructor => constructor.GetParameters().Select(p => p.ParameterType),
        _ => [],
    };

    static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];

    static readonly Dictionary<short, OpCode> OpCodesByValue =
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    static IEnumerable<MemberInfo> Tokens(MethodBase method, byte[] il)
    {
        var typeArguments = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < il.Length;)
        {
            var code = OpCodesByValue[il[at] == 0xFE ? unchecked((short)(0xFE00 | il[at + 1])) : il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineType or OperandType.InlineTok)
                yield return method.Module.ResolveMember(BitConverter.ToInt32(il, at), typeArguments, methodArguments)!;
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
                _ => 4,
            };
        }
    }

    /// <summary>Which folder of the portal uses which, besides itself and those that all use.</summary>
    static readonly string[] Edges =
    [
        "Storage → Accounts", "Storage → Approvals", "Storage → Entries", "Storage → Evidence", "Storage → Notices", "Storage → Organisations", "Storage → Publication", "Storage → Rounds",   // their tables, and who may see what
        "Layout → Accounts", "Layout → Organisations", "Layout → Notices",                               // whose page it is, what the menu offers them, how much is new
        "Audit → Accounts", "Audit → Approvals", "Audit → Entries", "Audit → Evidence", "Audit → Organisations", "Audit → Rounds",   // who asks; names of what a row is about, and what rows bear witness of
        "Api → Accounts",                                                                                // whose token it is, and what it allows
        "Accounts → Organisations", "Accounts → Entries",                                                // invitations; who asks is read together with the entry
        "Organisations → Accounts", "Organisations → Entries", "Organisations → Rounds", "Organisations → Approvals",                 // who asks; what hangs on an organisation
        "Rounds → Accounts", "Rounds → Organisations", "Rounds → Entries",                               // who asks; who may enter; what a change does to entries
        "Entries → Accounts", "Entries → Organisations", "Entries → Rounds",                             // who asks; for whom; in which round
        "Entries → Evidence", "Evidence → Accounts", "Evidence → Entries",                               // what a submission freezes, where a change came from; to which entry it belongs
        "Accounts → Notices", "Rounds → Notices", "Entries → Notices", "Evidence → Notices",             // steps that others are told; that an entry was looked at
        "Approvals → Accounts", "Approvals → Organisations", "Approvals → Rounds", "Approvals → Entries", "Approvals → Evidence", "Approvals → Notices",   // who decides about which submission, by when; kept files; who is told
        "Entries → Approvals",                                                                           // where an entry stands, and what was returned
        "Notices → Approvals",                                                                           // what waits for whom
        "Storage → Mails", "Notices → Mails", "Accounts → Mails",                                        // their tables; what of a step is to be mailed; what a person wants
        "Mails → Accounts", "Mails → Organisations", "Mails → Rounds", "Mails → Notices", "Mails → Approvals",                // to whom; what it tells
        "Alarms → Accounts", "Storage → Alarms", "Audit → Alarms",                                         // whom they are about; their table; new rows are looked at
        "PersonalData → Accounts", "PersonalData → Approvals", "PersonalData → Organisations", "PersonalData → Rounds", "PersonalData → Entries", "PersonalData → Evidence", "PersonalData → Publication",   // who asks; whose values, kept how long, where, but not what was sealed
        "Desk → Accounts", "Desk → Approvals", "Desk → Entries", "Desk → Organisations", "Desk → Rounds", "Storage → Desk",      // who asks; what was returned; what was submitted, by whom, in which round; its table
        "Publication → Accounts", "Publication → Desk", "Publication → Entries", "Publication → Notices", "Publication → Organisations", "Publication → Rounds",   // who sets it; the accepted entries of which round; who is told of comments
        "Jobs → Accounts", "Jobs → Rounds", "Storage → Jobs", "Desk → Jobs",                             // who asked, of which round; their tables; exports are jobs
        "Storage → Collecting", "PersonalData → Collecting", "Audit → Collecting", "Notices → Collecting", "Evidence → Jobs",        // its table; contents that are purged, and are no changed files; what waits; forms that nobody waits for are read quietly
        "Collecting → Accounts", "Collecting → Desk", "Collecting → Entries", "Collecting → Evidence", "Collecting → Jobs", "Collecting → Notices", "Collecting → Organisations", "Collecting → Rounds",   // who drops files; the desk's pages; where a file goes, and whom it is told; reading them is a job
        "Backups → Entries", "Backups → Evidence",                                                       // what has a digest is looked at after a restore
        "Notices → Accounts", "Notices → Organisations", "Notices → Rounds", "Notices → Entries", "Notices → Evidence",   // whom it is told; what it is about
    ];

    static readonly string[] UsedByAll = ["Storage", "Audit", "Layout", "Api"];

    static IEnumerable<string> Sideways(params string[] edges) =>
        (from type in Portal.GetTypes()
         let folder = Folder(type, "Jiqun.Portal")
         where !string.IsNullOrEmpty(folder)
         from used in Uses(type)
         where used.Assembly == Portal && Folder(used, "Jiqun.Portal") is { Length: > 0 } to && to != folder && !UsedByAll.Contains(to) && !edges.Contains($"{folder} → {to}")
         select $"{Short(type, "Jiqun.Portal")} → {Short(used, "Jiqun.Portal")}").Distinct();

    [Fact]
    public void A_folder_of_the_portal_uses_only_what_all_use_and_what_is_listed() => Assert.Equal("", string.Join('\n', Sideways(Edges)));

    [Fact]
    public void Every_edge_that_is_listed_is_there()
    {
        var edges = Sideways().Select(e => string.Join(" → ", e.Split(" → ").Select(t => t.Split('.')[0]))).Distinct();
        var actual = edges.Order(StringComparer.Ordinal).ToList();
        Assert.True(actual.SequenceEqual(Edges.Order(StringComparer.Ordinal)), $"There are: {string.Join(", ", actual)}");
    }

    static readonly string[] Providers = ["Npgsql", "Microsoft.Data.Sqlite", "SQLitePCL", "Microsoft.EntityFrameworkCore.Sqlite"];

    static IEnumerable<string> KnowsProvider(string except) =>
        (from type in Portal.GetTypes()
         where Folder(type, "Jiqun.Portal") is { } folder && folder != except
         from used in Uses(type)
         where Providers.Any(p => used.Assembly.GetName().Name!.StartsWith(p, StringComparison.Ordinal))
         select $"{Short(type, "Jiqun.Portal")} → {used.FullName}").Distinct();

    [Fact]
    public void Only_the_storage_knows_which_databases_there_are() => Assert.Empty(KnowsProvider(except: "Storage"));

    [Fact]
    public void The_tests_of_the_portals_folders_can_fail()
    {
        Assert.Contains("Storage.SqliteStatements → Microsoft.Data.Sqlite.SqliteConnection", KnowsProvider(except: "Layout"));
        Assert.Contains(KnowsProvider(except: "Layout"), k => k.StartsWith("Storage.PostgresDatabase → Npgsql.", StringComparison.Ordinal));
        Assert.Contains("Entries.SaveAnswers → Accounts.Actor", Sideways());                // by a signature
        Assert.Contains(Sideways(), s => s.StartsWith("Storage.Visible → Entries.", StringComparison.Ordinal));
    }

    static readonly string[] Banned = ["System.DateTime.Now", "System.DateTime.UtcNow", "System.DateTime.Today", "System.DateTimeOffset.Now", "System.DateTimeOffset.UtcNow", "System.Guid.NewGuid"];

    static IEnumerable<string> Taken(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMembers(Declared).OfType<MethodBase>()
        let il = method.GetMethodBody()?.GetILAsByteArray()
        where il is not null
        from member in Tokens(method, il)
        let name = $"{member.DeclaringType?.FullName}.{member.Name.Replace("get_", "", StringComparison.Ordinal)}"
        where Banned.Contains(name)
        select $"{type.FullName}.{method.Name} → {name}";

    [Fact]
    public void Core_takes_neither_clock_nor_chance() => Assert.Empty(Taken(Core));

    [Fact]
    public void The_test_of_clock_and_chance_can_fail()
    {
        Assert.NotEqual(DateTime.MinValue, Clock());
        Assert.Contains(Taken(typeof(DirectionTests).Assembly), t => t.Contains("DirectionTests.Clock → System.DateTime.UtcNow", StringComparison.Ordinal));
    }

    static DateTime Clock() => DateTime.UtcNow;

    [Fact]
    public void The_analyzer_that_forbids_both_is_configured()
    {
        var project = File.ReadAllText(InRepository("src/Jiqun.Core/Jiqun.Core.csproj"));
        Assert.Contains("Microsoft.CodeAnalysis.BannedApiAnalyzers", project, StringComparison.Ordinal);
        Assert.Contains("<AdditionalFiles Include=\"BannedSymbols.txt\" />", project, StringComparison.Ordinal);
        Assert.Contains("dotnet_diagnostic.RS0030.severity = error", File.ReadAllText(InRepository(".editorconfig")), StringComparison.Ordinal);
        var symbols = File.ReadAllLines(InRepository("src/Jiqun.Core/BannedSymbols.txt"));
        Assert.All(Banned, b => Assert.Contains(symbols, s => s[2..].Split(';')[0] == b));
    }

    static string InRepository(string path, [CallerFilePath] string test = "") => Path.Combine(Path.GetDirectoryName(test)!, "..", "..", path);

    public static TheoryData<string> Spoken => ["Jiqun.Core.Messages", "Jiqun.Documents.Messages", "Jiqun.Cli.Messages", "Jiqun.Portal.Layout.Words"];

    [Theory, MemberData(nameof(Spoken))]
    public void Every_sentence_is_there_in_both_languages_with_the_same_places(string sentences)
    {
        var (en, zh) = (Sentences(sentences, CultureInfo.InvariantCulture), Sentences(sentences, CultureInfo.GetCultureInfo("zh")));
        Assert.NotEmpty(en);
        Assert.Equal(en.Keys, zh.Keys);
        Assert.All(en, e => Assert.Equal((e.Key, Places(e.Value)), (e.Key, Places(zh[e.Key]))));
        Assert.All(zh, z => Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", z.Value));
        Assert.All(en, e => Assert.False(string.IsNullOrWhiteSpace(e.Value), e.Key));
    }

    static SortedDictionary<string, string> Sentences(string name, CultureInfo culture)
    {
        var assembly = new[] { Core, Documents, Portal, Cli }.Single(a => a.GetManifestResourceNames().Contains($"{name}.resources"));
        var set = new ResourceManager(name, assembly).GetResourceSet(culture, createIfNotExists: true, tryParents: false);
        return new SortedDictionary<string, string>(set!.Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!), StringComparer.Ordinal);
    }

    static string Places(string sentence) => string.Join(' ', Regex.Matches(sentence, @"\{\d+[^}]*\}").Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));
}
