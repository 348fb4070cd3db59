using Jiqun.Portal.Storage;

namespace Jiqun.Tests.Portal;

public class WriterTests
{
    /// <summary>Waits with the first transaction until it is let go, then fails.</summary>
    sealed class FailingWriter(bool ofOneWork) : Writer
    {
        public ManualResetEventSlim Go { get; } = new();

        public List<int> Tried { get; } = [];

        protected override void Write(IReadOnlyList<Work> works)
        {
            Go.Wait(TimeSpan.FromSeconds(30));
            Tried.Add(works.Count);
            throw new TimeoutException();
        }

        protected override bool IsOfOneWork(Exception failure) => ofOneWork;

        protected override void Close()
        {
        }
    }

    [Theory]
    [InlineData(false, new[] { 1, 20 })]
    [InlineData(true, new[] { 1, 20, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public async Task Where_nobody_can_write_nobody_waits_for_the_others(bool ofOneWork, int[] tried)
    {
        await using var writer = new FailingWriter(ofOneWork);
        var first = writer.WriteIf(new Statement(""), []);
        while (writer.Waiting > 0)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        List<Task<bool>> works = [first, .. Enumerable.Range(0, 20).Select(_ => writer.WriteIf(new Statement(""), []))];
        writer.Go.Set();
        foreach (var work in works)
            await Assert.ThrowsAsync<TimeoutException>(() => work);
        Assert.Equal(tried, writer.Tried);
    }
}
