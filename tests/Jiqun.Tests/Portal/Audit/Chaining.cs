using Jiqun.Portal.Audit;

namespace Jiqun.Tests.Portal.Audit;

static class Chaining
{
    /// <summary>Waits until all audit rows are chained.</summary>
    public static async Task Chained(this TestPortal portal)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            var verdict = await new VerifyAudit(portal.Database, portal.Clock).Run([]);
            if (verdict is { NotYetChained: 0, Rows: > 0 })
                return;
            await Task.Delay(100);
        }
        Assert.Fail("Rows were not chained within twenty seconds.");
    }
}
