using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Layout;

/// <summary>Chinese, unless the person chose English, or the browser asks for English and not for Chinese.</summary>
static class Languages
{
    public static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh"), English = CultureInfo.GetCultureInfo("en");

    public static bool IsChinese => CultureInfo.CurrentUICulture.Name.StartsWith("zh", StringComparison.Ordinal);

    public static void UseLanguages(this WebApplication app) => app.UseRequestLocalization(new RequestLocalizationOptions
    {
        DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, Chinese),
        SupportedCultures = [CultureInfo.InvariantCulture],
        SupportedUICultures = [Chinese, English],
        FallBackToParentUICultures = true,
        RequestCultureProviders =
        [
            new CustomRequestCultureProvider(http => Task.FromResult(http.Request.Cookies["language"] is "zh" or "en"
                ? new ProviderCultureResult("", http.Request.Cookies["language"])
                : Accepted(http.Request.Headers.AcceptLanguage.ToString()))),
        ],
    });

    static ProviderCultureResult? Accepted(string languages) =>
        languages.Contains("en", StringComparison.OrdinalIgnoreCase) && !languages.Contains("zh", StringComparison.OrdinalIgnoreCase)
            ? new ProviderCultureResult("", "en")
            : null;

    public static void MapLanguages(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/language/{language}", (string language, string? @return, HttpContext http) =>
        {
            if (language is not ("zh" or "en"))
                return Refusals.Refused([Refusals.Missing()], http);
            http.Response.Cookies.Append("language", language, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = http.Request.IsHttps,
                MaxAge = TimeSpan.FromDays(365),
                IsEssential = true,
            });
            return Results.LocalRedirect(LocalAddress.Of(@return));
        }).AllowAnonymous();
}
