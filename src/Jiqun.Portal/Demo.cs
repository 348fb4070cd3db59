using System.Security.Cryptography;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Microsoft.AspNetCore.Identity;

namespace Jiqun.Portal;

/// <summary>An account of the demonstration, with its password, which is shown once.</summary>
public sealed record DemoAccount(string UserName, string Password, string Organisation);

/// <summary>Fills a fresh database with a sample round, so that the product can be tried out.</summary>
public static class Demo
{
    const string Letters = "abcdefghijkmnpqrstuvwxyz", Capitals = "ABCDEFGHJKLMNPQRSTUVWXYZ", Digits = "23456789";

    public static async Task<IReadOnlyList<DemoAccount>> Fill(PortalSettings settings)
    {
        await using var db = settings.Database.Open();
        var now = settings.Clock.Now();
        List<DemoAccount> made = [];
        var ministry = Organisation.Under(null, Level.Ministry, "工业和信息化部", null, now);
        var province = Organisation.Under(ministry, Level.Province, "湖南省工业和信息化厅", "430000", now);
        var city = Organisation.Under(province, Level.City, "株洲市人民政府", "430200", now);
        var promoter = Organisation.Under(city, Level.Promoter, "株洲市轨道交通装备产业集群发展促进中心", "430200", now);
        db.AddRange(ministry, province, city, promoter);
        var form = settings.Forms.Default;
        db.Add(new Round
        {
            Id = Guid.CreateVersion7(now),
            Name = "先进制造业集群竞赛（样例批次）",
            FormId = form.Id,
            FormDigest = form.Digest,
            BaseYear = form.BaseYear,
            OpensAt = now.AddDays(-7),
            ClosesAt = now.AddDays(30),
            CreatedAt = now,
        });
        Add("organiser", "主办单位张明", Role.Member, ministry);
        Add("province", "省厅李静", Role.Member, province);
        Add("city", "市府王磊", Role.Member, city);
        Add("promoter", "促进中心陈海燕", Role.Member, promoter);
        Add("colleague", "促进中心周鹏", Role.Member, promoter);
        Add("system", "系统管理员", Role.SystemAdministrator, null);
        Add("security", "安全管理员", Role.SecurityAdministrator, null);
        Add("audit", "审计管理员", Role.AuditAdministrator, null);
        await db.SaveChangesAsync();
        return made;

        void Add(string userName, string fullName, Role role, Organisation? organisation)
        {
            var password = Password();
            var account = new Account
            {
                Id = Guid.CreateVersion7(now),
                UserName = userName,
                NormalizedUserName = userName.ToUpperInvariant(),
                FullName = fullName,
                Role = role,
                OrganisationId = organisation?.Id,
                CreatedAt = now,
                LockoutEnabled = true,
                SecurityStamp = Guid.NewGuid().ToString("N"),
            };
            account.PasswordHash = new PasswordHasher<Account>().HashPassword(account, password);
            db.Add(account);
            made.Add(new DemoAccount(userName, password, organisation?.Name ?? ""));
        }
    }

    /// <summary>A password of 16 characters that are not easily mistaken for each other.</summary>
    static string Password() =>
        $"{RandomNumberGenerator.GetString(Capitals, 4)}-{RandomNumberGenerator.GetString(Letters, 6)}-{RandomNumberGenerator.GetString(Digits, 4)}";
}
