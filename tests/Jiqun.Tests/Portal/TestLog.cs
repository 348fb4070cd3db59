using System.Collections;
using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Jiqun.Tests.Portal;

/// <summary>
/// Keeps what a portal logs, with values, scopes and exceptions, as a log would that writes all it is given. Levels are turned down as far as they go;
/// what the portal names and turns off by itself stays off.
/// </summary>
sealed class TestLog : ILoggerProvider, ISupportExternalScope
{
    readonly ConcurrentQueue<string> lines = [];

    IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    public IReadOnlyCollection<string> Lines => lines;

    /// <summary>From now on.</summary>
    public void Hear(IServiceProvider portal)
    {
        var filters = portal.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>().CurrentValue;
        filters.MinLevel = LogLevel.Trace;
        filters.Rules.Add(new LoggerFilterRule("Console", null, LogLevel.None, null));
        portal.GetRequiredService<ILoggerFactory>().AddProvider(this);
    }

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
    }

    static string Written(object? state) => state is IEnumerable values and not string
        ? $"{state} {string.Join(' ', values.Cast<object>())}"
        : $"{state}";

    sealed class Category(string name, TestLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            List<string> around = [];
            log.scopes.ForEachScope((scope, to) => to.Add(Written(scope)), around);
            log.lines.Enqueue($"{name} {logLevel} {formatter(state, exception)} {Written(state)} {exception} [{string.Join("; ", around)}]");
        }
    }
}
